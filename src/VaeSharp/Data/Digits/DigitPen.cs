using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VaeSharp.Data;

/// <summary>Draws straight pieces of a line with a round pen.</summary>
/// <remarks>
/// On a canvas of doubles, four pixels at a time. No multiplication is fused with an addition, so that every pixel is rounded as a single
/// one is.
/// </remarks>
internal static class DigitPen
{
    /// <summary>Number of values in a canvas's row: the pixels, and room for those of the last four that stand beyond the edge.</summary>
    private const int Stride = 32;

    /// <summary>Number of values in a canvas.</summary>
    public const int CanvasSize = Digits.Side * Stride;

    /// <summary>Width of the band at a line's edge in which ink fades to nothing, in pixels.</summary>
    private const double Edge = 1.2;

    private static readonly Vector256<double> Centres = Vector256.Create(0.5, 1.5, 2.5, 3.5);

    /// <summary>Draws from <paramref name="a"/> to <paramref name="b"/>; where there is ink already, the darker one stays.</summary>
    /// <param name="a">One end, in pixels from the image's upper left corner.</param>
    /// <param name="b">The other end.</param>
    /// <param name="radius">Half the line's width, in pixels.</param>
    /// <param name="ink">Darkness; 1 and above fill a pixel.</param>
    /// <param name="canvas">Ink from 0 to 1: [28, 32].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]     // else the first ten thousand images are drawn by code that is not optimised
    public static void Draw(DigitPoint a, DigitPoint b, double radius, double ink, Span<double> canvas)
    {
        var reach = radius + Edge / 2;
        var (left, right) = Extent(a.X, b.X, reach);
        var (top, bottom) = Extent(a.Y, b.Y, reach);
        var along = b - a;
        var squaredLength = along.X * along.X + along.Y * along.Y;
        var perLength = squaredLength > 0 ? 1 / squaredLength : 0;
        for (var y = top; y <= bottom; y++)
        {
            var fromY = y + 0.5 - a.Y;
            for (var x = left; x <= right; x += Vector256<double>.Count)
            {
                var fromX = Vector256.Create((double)x) + Centres - Vector256.Create(a.X);
                var way = Share((fromX * along.X + Vector256.Create(fromY * along.Y)) * perLength);
                var (offX, offY) = (fromX - way * along.X, Vector256.Create(fromY) - way * along.Y);
                var squaredDistance = offX * offX + offY * offY;
                var within = Vector256.LessThan(squaredDistance, Vector256.Create(reach * reach));
                if (within == Vector256<double>.Zero)
                    continue;
                var cover = (Vector256.Create(reach) - Vector256.Sqrt(squaredDistance)) / Vector256.Create(Edge);
                var drawn = Share(ink * Vector256.MinNative(cover, Vector256<double>.One)) & within;
                ref var pixels = ref canvas[y * Stride + x];
                Vector256.MaxNative(Vector256.LoadUnsafe(ref pixels), drawn).StoreUnsafe(ref pixels);
            }
        }
    }

    /// <summary>The image on a canvas, 255 for full ink: [28, 28].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Develop(ReadOnlySpan<double> canvas, Span<byte> image)
    {
        Span<byte> row = stackalloc byte[Stride];
        for (var y = 0; y < Digits.Side; y++)
        {
            var ink = canvas.Slice(y * Stride, Stride);
            for (var x = 0; x < Stride; x += 8)
            {
                var bytes = Vector128.Narrow(Shorts(ink[x..]), Vector128<ushort>.Zero);
                Unsafe.WriteUnaligned(ref row[x], bytes.AsUInt64()[0]);
            }
            row[..Digits.Side].CopyTo(image[(y * Digits.Side)..]);
        }

        static Vector128<ushort> Shorts(ReadOnlySpan<double> ink) => Vector128.Narrow(Integers(ink), Integers(ink[4..]));

        // A sum below 256 is cut to a whole number that single precision holds exactly.
        static Vector128<uint> Integers(ReadOnlySpan<double> ink)
        {
            var value = Vector256.Floor(255 * Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(ink)) + Vector256.Create(0.5));
            return Vector128.ConvertToInt32(Vector128.Narrow(value.GetLower(), value.GetUpper())).AsUInt32();
        }
    }

    /// <summary>Numbers cut to [0, 1].</summary>
    private static Vector256<double> Share(Vector256<double> values) =>
        Vector256.MaxNative(Vector256.MinNative(values, Vector256<double>.One), Vector256<double>.Zero);

    /// <summary>The first and last row or column whose centres the pen may reach.</summary>
    private static (int First, int Last) Extent(double a, double b, double reach) =>
        (Math.Max((int)(Math.Min(a, b) - reach + 0.5), 0), Math.Min((int)(Math.Max(a, b) + reach - 0.5), Digits.Side - 1));
}

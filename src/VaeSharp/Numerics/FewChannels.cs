using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeSharp.Native;

namespace VaeSharp.Numerics;

/// <summary>
/// A transposed convolution to few channels: each place of the input times all taps of all outputs, sixteen products at a time, added up
/// where they fall. A tile of thirty-two columns would be empty but for one or three.
/// </summary>
internal static unsafe class FewChannels
{
    private const int MostTaps = 64;
    private const int Together = 8;

    /// <summary>Whether these are few.</summary>
    public static bool Fit(Grids grids) => grids.Large.Channels <= 4 && grids.Taps * grids.Large.Channels <= MostTaps;

    /// <summary>
    /// y [N, B, H, W], plane after plane, for x [N, A, h, w] and weights [A, B, k, k], both channels last, plus the bias [B].
    /// </summary>
    public static void Up(Tensor x, Tensor weight, Tensor y, Grids grids, Tensor bias)
    {
        var lanes = (grids.Taps * grids.Large.Channels + 15) / 16 * 16;
        using var weights = nn.functional.pad(weight.flatten(1), [0, lanes - grids.Taps * grids.Large.Channels]);           // [A, lanes]
        y.copy_(bias.view(1, -1, 1, 1));
        var work = (X: Kernels.Address(x), Weights: Kernels.Address(weights), Y: Kernels.Address(y), Grids: grids, Lanes: lanes);
        Workers.Run((int)x.size(0), work, static (work, n) =>
        {
            var (small, large) = (n * work.Grids.Small.Size, n * work.Grids.Large.Size);
            Image((float*)work.X + small, (float*)work.Weights, (float*)work.Y + large, work.Grids, work.Lanes);
        });
        GC.KeepAlive(x);
        GC.KeepAlive(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Image(float* x, float* weights, float* y, Grids grids, int lanes)
    {
        var (channels, width, places) = (grids.Small.Channels, grids.Small.Width, grids.Small.Height * grids.Small.Width);
        var rest = stackalloc float[Together * channels];
        var products = stackalloc float[Together * MostTaps];
        for (var first = 0; first < places; first += Together)
        {
            var (count, values) = (Math.Min(Together, places - first), (nint)(x + (long)first * channels));
            if (count < Together)
            {
                new Span<float>((float*)values, count * channels).CopyTo(new Span<float>(rest, Together * channels));
                values = (nint)rest;
            }
            for (var lane = 0; lane < lanes; lane += 16)
                Multiply((float*)values, weights + lane, products + lane, channels, lanes);
            for (var p = 0; p < count; p++)
                Add(products + p * MostTaps, y, (first + p) / width, (first + p) % width, grids);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(float* x, float* weights, float* products, int channels, int lanes)
    {
        var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var (e, f, g, h) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        for (var i = 0; i < channels; i++)
        {
            var w = Vector512.Load(weights + (long)i * lanes);
            a = Vector512.FusedMultiplyAdd(w, Vector512.Create(x[i]), a);
            b = Vector512.FusedMultiplyAdd(w, Vector512.Create(x[channels + i]), b);
            c = Vector512.FusedMultiplyAdd(w, Vector512.Create(x[2 * channels + i]), c);
            d = Vector512.FusedMultiplyAdd(w, Vector512.Create(x[3 * channels + i]), d);
            e = Vector512.FusedMultiplyAdd(w, Vector512.Create(x[4 * channels + i]), e);
            f = Vector512.FusedMultiplyAdd(w, Vector512.Create(x[5 * channels + i]), f);
            g = Vector512.FusedMultiplyAdd(w, Vector512.Create(x[6 * channels + i]), g);
            h = Vector512.FusedMultiplyAdd(w, Vector512.Create(x[7 * channels + i]), h);
        }
        a.Store(products);
        b.Store(products + MostTaps);
        c.Store(products + 2 * MostTaps);
        d.Store(products + 3 * MostTaps);
        e.Store(products + 4 * MostTaps);
        f.Store(products + 5 * MostTaps);
        g.Store(products + 6 * MostTaps);
        h.Store(products + 7 * MostTaps);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(float* products, float* y, int row, int column, Grids grids)
    {
        var (kernel, height, width) = (grids.Kernel, grids.Large.Height, grids.Large.Width);
        var (top, left) = (row * grids.Stride - grids.Top, column * grids.Stride - grids.Left);
        for (var output = 0; output < grids.Large.Channels; output++, y += height * width)
        {
            for (var i = 0; i < kernel; i++, products += kernel)
            {
                if ((uint)(top + i) >= (uint)height)
                    continue;
                var line = y + (top + i) * width;
                for (var j = 0; j < kernel; j++)
                {
                    if ((uint)(left + j) < (uint)width)
                        line[left + j] += products[j];
                }
            }
        }
    }
}

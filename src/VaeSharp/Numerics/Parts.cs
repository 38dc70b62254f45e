using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeSharp.Native;

namespace VaeSharp.Numerics;

/// <summary>Sums that threads made in parts, each by itself, are added up in one order, whatever the number of threads.</summary>
internal static unsafe class Parts
{
    private const int PieceSize = 4096;

    /// <summary>The sum of parts that lie one behind the other, into a tensor without gaps.</summary>
    public static Tensor Sum(Tensor parts, Tensor target)
    {
        var (count, size) = ((int)parts.size(0), (int)target.numel());
        var work = (From: Kernels.Address(parts), To: Kernels.Address(target), Parts: count, Size: size);
        Workers.Run((size + PieceSize - 1) / PieceSize, work, static (work, piece) => Sum((float*)work.From, (float*)work.To, work.Parts,
            piece * PieceSize, Math.Min((piece + 1) * PieceSize, work.Size), work.Size));
        GC.KeepAlive(parts);
        return target;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(float* parts, float* to, int count, int first, int end, int size)
    {
        for (var i = first; i < end; i += 16)
        {
            var sum = Vector512<float>.Zero;
            for (var part = 0L; part < count; part++)
                sum += Vectors.LoadFirst(parts + part * size + i, end - i);
            Vectors.StoreFirst(sum, to + i, end - i);
        }
    }
}

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
        Workers.Run((size + PieceSize - 1) / PieceSize, work, static (work, piece) =>
        {
            var (count, size) = (work.Parts, work.Size);
            var end = Math.Min((piece + 1) * PieceSize, size);
            for (var i = piece * PieceSize; i < end; i += 16)
            {
                var sum = Vector512<float>.Zero;
                for (var part = 0L; part < count; part++)
                    sum += Vectors.LoadFirst((float*)work.From + part * size + i, end - i);
                Vectors.StoreFirst(sum, (float*)work.To + i, end - i);
            }
        });
        return target;
    }
}

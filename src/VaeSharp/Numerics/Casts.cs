using System.Runtime.CompilerServices;
using VaeSharp.Native;

namespace VaeSharp.Numerics;

/// <summary>Changes of precision. Those in one pass on libtorch's threads are for kernels, which ask whether they can run.</summary>
internal static unsafe class Casts
{
    private const int PieceSize = 32_768;

    /// <summary>
    /// A tensor in a format, by libtorch; itself where it has that format, for which TorchSharp would make another object.
    /// </summary>
    public static Tensor As(this Tensor x, ScalarType type) => x.dtype == type ? x : x.to_type(type);

    /// <summary>A dense tensor in bfloat16.</summary>
    public static Tensor Narrow(Tensor x) => x.dtype == ScalarType.BFloat16 ? x : Cast<Float32, BFloat16>(x, ScalarType.BFloat16);

    /// <summary>A dense tensor in single precision.</summary>
    public static Tensor Widen(Tensor x) => x.dtype == ScalarType.Float32 ? x : Cast<BFloat16, Float32>(x, ScalarType.Float32);

    private static Tensor Cast<TFrom, TTo>(Tensor x, ScalarType type)
        where TFrom : IFormat
        where TTo : IFormat
    {
        var result = empty_like(x, type);
        var (from, to, count) = (Kernels.Address(x), Kernels.Address(result), (int)x.numel());
        Workers.Run((count + PieceSize - 1) / PieceSize, (From: from, To: to, Count: count), static (work, piece) =>
        {
            var first = (long)piece * PieceSize;
            Cast<TFrom, TTo>((byte*)work.From + first * TFrom.Size, (byte*)work.To + first * TTo.Size,
                (int)Math.Min(PieceSize, work.Count - first));
        });
        GC.KeepAlive(x);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Cast<TFrom, TTo>(byte* from, byte* to, int count)
        where TFrom : IFormat
        where TTo : IFormat
    {
        var i = 0;
        for (; i + 16 <= count; i += 16)
            TTo.Store(TFrom.Load(from + i * TFrom.Size), to + i * TTo.Size);
        if (i < count)
            TTo.Store(TFrom.Load(from + i * TFrom.Size, count - i), to + i * TTo.Size, count - i);
    }
}

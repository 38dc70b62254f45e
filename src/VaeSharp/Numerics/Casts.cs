using VaeSharp.Native;

namespace VaeSharp.Numerics;

/// <summary>Changes of precision. Those in one pass on libtorch's threads are for kernels, which ask whether they can run.</summary>
internal static unsafe class Casts
{
    private const int PieceSize = 32_768;

    /// <summary>A tensor in a format, by libtorch; itself where it has that format, for which TorchSharp would make another object.</summary>
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
        Workers.Run((count + PieceSize - 1) / PieceSize, piece =>
        {
            var end = Math.Min((piece + 1) * PieceSize, count);
            var i = piece * PieceSize;
            for (; i + 16 <= end; i += 16)
                TTo.Store(TFrom.Load((byte*)from + (long)i * TFrom.Size), (byte*)to + (long)i * TTo.Size);
            if (i < end)
                TTo.Store(TFrom.Load((byte*)from + (long)i * TFrom.Size, end - i), (byte*)to + (long)i * TTo.Size, end - i);
        });
        return result;
    }
}

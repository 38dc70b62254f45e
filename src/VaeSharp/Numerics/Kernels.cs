using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VaeSharp.Numerics;

/// <summary>
/// When the library's own kernels run: passes over memory that libtorch needs several operations for. Each stands beside the plain formula
/// that it is tested against, and that runs everywhere else.
/// </summary>
public static class Kernels
{
    [ThreadStatic]
    private static bool off;

    /// <summary>Whether the processor has what kernels are written for: AVX-512.</summary>
    public static bool AreSupported { get; } = Avx512F.IsSupported && Avx512BW.VL.IsSupported && Vector512.IsHardwareAccelerated;

    /// <summary>Whether kernels run on this thread now.</summary>
    public static bool AreUsable => AreSupported && !off;

    /// <summary>Makes the plain formulas run on this thread, until the result is disposed.</summary>
    public static Scope Avoid()
    {
        var scope = new Scope(off);
        off = true;
        return scope;
    }

    /// <summary>Whether a kernel may read a tensor: dense in memory, on the processor, and not longer than a span.</summary>
    internal static bool Take(Tensor x, ScalarType type) =>
        x.dtype == type && x.device_type == DeviceType.CPU && x.is_contiguous() && x.numel() is > 0 and < int.MaxValue / 4;

    /// <summary>The same, in single precision or bfloat16.</summary>
    internal static bool Take(Tensor x) => Take(x, ScalarType.Float32) || Take(x, ScalarType.BFloat16);

    /// <summary>Where a dense tensor begins.</summary>
    internal static unsafe float* Floats(Tensor x) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(x.bytes));

    /// <summary>Whether the elements of a tensor lie without gaps, in whatever order.</summary>
    internal static bool IsDense(Tensor x)
    {
        if (x.is_contiguous())
            return true;
        var (shape, strides, expected) = (x.shape, x.stride(), 1L);
        foreach (var dimension in Enumerable.Range(0, shape.Length).Where(i => shape[i] != 1).OrderBy(i => strides[i]))
        {
            if (strides[dimension] != expected)
                return false;
            expected *= shape[dimension];
        }
        return true;
    }

    /// <summary>Whether images [N, C, H, W] lie without gaps, with the channels of each place side by side.</summary>
    internal static bool HasChannelsLast(Tensor x)
    {
        var (expected, strides) = (1L, x.stride());
        foreach (var dimension in (int[])[1, 3, 2, 0])
        {
            if (x.size(dimension) != 1 && strides[dimension] != expected)
                return false;
            expected *= x.size(dimension);
        }
        return true;
    }

    /// <summary>Where a tensor without gaps begins.</summary>
    internal static unsafe nint Address(Tensor x)
    {
        if (x.is_contiguous())
            return (nint)Floats(x);
        using var flat = x.as_strided([x.numel()], [1], x.storage_offset());
        return (nint)Floats(flat);
    }

    /// <summary>Ends a use of plain formulas.</summary>
    /// <param name="before">What to go back to.</param>
    public readonly struct Scope(bool before) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => off = before;
    }
}

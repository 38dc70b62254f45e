using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VaeSharp.Numerics;

/// <summary>
/// When the library's own kernels run: passes over memory that libtorch needs several operations for. Each stands beside the plain formula
/// that it is tested against, and that runs everywhere else.
/// </summary>
public static partial class Kernels
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

    /// <summary>
    /// Whether a kernel may read a tensor: dense in memory, on the processor, and with no more bytes than a span can count.
    /// </summary>
    internal static bool Take(Tensor x, ScalarType type) =>
        x.dtype == type && x.device_type == DeviceType.CPU && x.is_contiguous() && x.numel() is > 0 and < int.MaxValue / 4;

    /// <summary>The same, in single precision or bfloat16.</summary>
    internal static bool Take(Tensor x) => Take(x, ScalarType.Float32) || Take(x, ScalarType.BFloat16);

    /// <summary>Whether the elements of a tensor lie without gaps, in whatever order.</summary>
    internal static bool IsDense(Tensor x)
    {
        if (x.is_contiguous())
            return true;
        var size = 1L;
        for (var i = 0; i < x.dim(); i++)
        {
            if (x.stride(i) != size || x.size(i) == 1)
                continue;
            size *= x.size(i);                                        // the next dimension begins where this one ends
            i = -1;
        }
        return size == x.numel();
    }

    /// <summary>Whether two tensors have one shape.</summary>
    internal static bool HaveOneShape(Tensor one, Tensor other)
    {
        if (one.dim() != other.dim())
            return false;
        for (var i = 0; i < one.dim(); i++)
        {
            if (one.size(i) != other.size(i))
                return false;
        }
        return true;
    }

    /// <summary>Whether the elements of two tensors of one shape lie in the same order.</summary>
    internal static bool HaveOneLayout(Tensor one, Tensor other)
    {
        if (one.dim() != other.dim())
            return false;
        for (var i = 0; i < one.dim(); i++)
        {
            if (one.stride(i) != other.stride(i))
                return false;
        }
        return true;
    }

    /// <summary>Bytes of a line of the cache.</summary>
    internal const int Line = 64;

    /// <summary>The first line of the cache that begins at an address or behind it.</summary>
    internal static nint Align(nint address) => (address + Line - 1) & ~(nint)(Line - 1);

    /// <summary>Where a tensor without gaps begins.</summary>
    internal static nint Address(Tensor x)
    {
        var address = DataOf(x.Handle);
        GC.KeepAlive(x);
        return address;
    }

    /// <summary>
    /// The memory of a contiguous tensor in single precision on the processor. TorchSharp's own accessor asks libtorch for each number.
    /// </summary>
    internal static unsafe ReadOnlySpan<float> Numbers(Tensor x) => new((float*)Address(x), checked((int)x.numel()));

    // TorchSharp tells the address of contiguous tensors only.
    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_data")]
    private static partial nint DataOf(nint tensor);

    /// <summary>Ends a use of plain formulas.</summary>
    /// <remarks>The default value ends nothing.</remarks>
    public readonly struct Scope : IDisposable
    {
        private readonly bool? before;

        internal Scope(bool before) => this.before = before;

        /// <inheritdoc/>
        public void Dispose() => off = before ?? off;
    }
}

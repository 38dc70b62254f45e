using System.Runtime.Intrinsics.X86;

namespace VaeSharp.Numerics;

/// <summary>
/// Whether the products of layers run in bfloat16 on this thread. Weights, losses, densities and optimisers stay in single precision.
/// </summary>
public static class ReducedPrecision
{
    [ThreadStatic]
    private static bool active;

    [ThreadStatic]
    private static WeightCopies? copies;

    /// <summary>Whether layers cast their operands to bfloat16 on this thread now.</summary>
    public static bool IsActive => active;

    /// <summary>
    /// Whether the processor multiplies bfloat16 faster than single precision: by AMX, or by AVX512-BF16 on AMD's processors, where it was
    /// four times as fast. On Intel's without AMX it was half as fast.
    /// </summary>
    public static bool IsFast { get; } = Avx512F.IsSupported && (HasMatrixUnits || (HasPairs && IsFromAmd));

    private static bool HasMatrixUnits => (X86Base.CpuId(7, 0).Edx & (1 << 22)) != 0;

    private static bool HasPairs => (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;

    // The name's first four letters are in EBX: "Auth" of "AuthenticAMD".
    private static bool IsFromAmd => X86Base.CpuId(0, 0).Ebx == 0x68747541;

    /// <summary>Switches bfloat16 products on or off for this thread, until the result is disposed.</summary>
    /// <param name="reduced">Whether products run in bfloat16.</param>
    /// <param name="weights">Copies that stand for weights; null to convert weights wherever they are used.</param>
    public static Scope Use(bool reduced, WeightCopies? weights = null)
    {
        var scope = new Scope(active, copies);
        (active, copies) = (reduced, weights);
        return scope;
    }

    /// <summary>The value as a layer multiplies it.</summary>
    public static Tensor Operand(Tensor x) => active ? copies?.Take(x) ?? x.to_type(bfloat16) : x;

    /// <summary>Ends a use of reduced precision.</summary>
    /// <param name="before">What to go back to.</param>
    /// <param name="weights">The copies to go back to.</param>
    public readonly struct Scope(bool before, WeightCopies? weights) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => (active, copies) = (before, weights);
    }
}

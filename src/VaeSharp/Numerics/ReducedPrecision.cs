using VaeSharp.Native;

namespace VaeSharp.Numerics;

/// <summary>
/// Whether products of layers run in bfloat16 on this thread, where that is faster. Weights, losses, densities and optimisers stay in
/// single precision.
/// </summary>
public static class ReducedPrecision
{
    [ThreadStatic]
    private static bool active;

    [ThreadStatic]
    private static WeightCopies? copies;

    /// <summary>Whether layers that are faster so cast their operands to bfloat16 on this thread now.</summary>
    public static bool IsActive => active;

    /// <summary>
    /// Whether the processor multiplies bfloat16 faster than single precision: by AMX, or by AVX512-BF16 on AMD's processors. On Intel's
    /// without AMX it was half as fast.
    /// </summary>
    public static bool IsFast { get; } = Processor.HasMatrixUnits || (Processor.HasPairs && Processor.IsFromAmd);

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
    /// <remarks>The default value ends nothing.</remarks>
    public readonly struct Scope : IDisposable
    {
        private readonly (bool Active, WeightCopies? Copies)? before;

        internal Scope(bool active, WeightCopies? weights) => before = (active, weights);

        /// <inheritdoc/>
        public void Dispose() => (active, copies) = before ?? (active, copies);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VaeSharp.Numerics;

/// <summary>Σ x·l − log(1 + eˡ) over an event, and its gradient x − σ(l), each in one pass.</summary>
internal readonly struct BernoulliKernel : ILogitFamily
{
    /// <inheritdoc cref="LogitKernel{TFamily}.LogProb"/>
    public static Tensor? LogProb(Tensor logits, Tensor x) => LogitKernel<BernoulliKernel>.LogProb(logits, x);

    /// <inheritdoc/>
    /// <remarks>(x − 1) l + min(l, 0) − log(1 + e^−|l|): the form in which infinite logits give what libtorch gives.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Term(Vector512<float> l, Vector512<float> x) =>
        Avx512F.FusedMultiplyAdd(x - Vector512<float>.One, l, Avx512F.Min(Vector512<float>.Zero, l))
            - Vectors.LogOfOneAnd(Vectors.ExpOfNegative(-Vector512.Abs(l)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Mean(Vector512<float> l) => Vectors.Sigmoid(l, Vectors.ExpOfNegative(-Vector512.Abs(l)));

    /// <inheritdoc/>
    public static Tensor Mean(Tensor logits) => logits.sigmoid();
}

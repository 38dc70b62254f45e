using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VaeSharp.Numerics;

/// <summary>Σ x·l − log((eˡ − 1)/l) over an event, and its gradient, each in one pass.</summary>
internal readonly struct ContinuousBernoulliKernel : ILogitFamily
{
    // A(l) = l/2 + log(sinh(l/2)/(l/2)), and the logarithm is a series in l² with the coefficients B₂ₙ / (2n (2n)!). Up to |l| = 1 the
    // terms left out are below 10⁻¹², their second derivatives below 10⁻⁹; the closed forms would subtract numbers that grow as l falls.
    private static readonly double[] Series =
        [1.0 / 24, -1.0 / 2880, 1.0 / 181_440, -1.0 / 9_676_800, 1.0 / 479_001_600, -691.0 / 15_692_092_416_000];

    /// <inheritdoc cref="LogitKernel{TFamily}.LogProb"/>
    public static Tensor? LogProb(Tensor logits, Tensor x) => LogitKernel<ContinuousBernoulliKernel>.LogProb(logits, x);

    /// <summary>x·l − A(l), element by element and by operations that can be differentiated.</summary>
    /// <remarks>
    /// A(l) = max(l, 0) + log((1 − e⁻ᵗ)/t) with t = |l|, of which the first is taken from x l before the second is added, so that large
    /// logits lose nothing. Each branch gets arguments at which it and its derivatives are finite: the gradient of the other is then not
    /// 0 · ∞.
    /// </remarks>
    public static Tensor Terms(Tensor logits, Tensor x)
    {
        var (isNear, near, far) = Branches(logits);
        var (square, t) = (near.square(), far.abs());
        var rest = where(isNear, square * Polynomial(square, Series), (-(-t).exp()).log1p() - t.log());
        return x * logits - where(isNear, 0.5 * logits, logits.relu()) - rest;
    }

    /// <inheritdoc/>
    /// <remarks>½ + ½ coth(l/2) − 1/l.</remarks>
    public static Tensor Mean(Tensor logits)
    {
        var (isNear, near, far) = Branches(logits);
        return where(isNear, 0.5 + near * Polynomial(near.square(), [.. Series.Select((c, n) => 2 * (n + 1) * c)]),
            0.5 + 0.5 / (0.5 * far).tanh() - 1 / far);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Term(Vector512<float> l, Vector512<float> x)
    {
        var (t, square) = (Vector512.Abs(l), l * l);
        var p = Avx512F.FusedMultiplyAdd(square, Vector512.Create(-1f / 9_676_800), Vector512.Create(1f / 181_440));
        p = Avx512F.FusedMultiplyAdd(p, square, Vector512.Create(-1f / 2880));
        p = Avx512F.FusedMultiplyAdd(p, square, Vector512.Create(1f / 24));
        var near = Avx512F.FusedMultiplyAddNegated(p, square, (x - Vector512.Create(0.5f)) * l);
        var far = Avx512F.FusedMultiplyAdd(x, l, -Vectors.Relu(l)) - Vector512.Log((Vector512<float>.One - Vectors.ExpOfNegative(-t)) / t);
        return Vector512.ConditionalSelect(Vector512.LessThan(t, Vector512<float>.One), near, far);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Mean(Vector512<float> l)
    {
        var (t, square) = (Vector512.Abs(l), l * l);
        var p = Avx512F.FusedMultiplyAdd(square, Vector512.Create(-8f / 9_676_800), Vector512.Create(6f / 181_440));
        p = Avx512F.FusedMultiplyAdd(p, square, Vector512.Create(-4f / 2880));
        p = Avx512F.FusedMultiplyAdd(p, square, Vector512.Create(2f / 24));
        var near = Avx512F.FusedMultiplyAdd(p, l, Vector512.Create(0.5f));
        var e = Vectors.ExpOfNegative(-t);
        var low = Vector512<float>.One / t - e / (Vector512<float>.One - e);                     // the mean at −t
        var far = Vector512.ConditionalSelect(Vector512.LessThan(l, Vector512<float>.Zero), low, Vector512<float>.One - low);
        return Vector512.ConditionalSelect(Vector512.LessThan(t, Vector512<float>.One), near, far);
    }

    private static (Tensor IsNear, Tensor Near, Tensor Far) Branches(Tensor logits)
    {
        var isNear = logits.abs() < 1;
        return (isNear, logits.clamp(-1, 1), logits.masked_fill(isNear, 1));
    }

    private static Tensor Polynomial(Tensor x, double[] coefficients)
    {
        var sum = x * coefficients[^1] + coefficients[^2];
        for (var n = coefficients.Length - 3; n >= 0; n--)
            sum = sum * x + coefficients[n];
        return sum;
    }
}

namespace VaeSharp.Distributions;

/// <summary>Independent elements of [0, 1] with density C(λ) λˣ (1 − λ)¹⁻ˣ, where λ = σ(logit).</summary>
/// <remarks>
/// Loaiza-Ganem and Cunningham 2019, arXiv:1907.06845, eq. 3 to 8. In the logit l it is an exponential family, p(x) = exp(x l − A(l)), with
/// A(l) = log((eˡ − 1)/l); mean and variance are the derivatives of A.
/// </remarks>
/// <param name="logits">[.., *event].</param>
/// <param name="eventRank">Number of trailing dimensions that make one event.</param>
public sealed class ContinuousBernoulli(Tensor logits, int eventRank) : Distribution(eventRank)
{
    // A(l) = l/2 + log(sinh(l/2)/(l/2)), and the logarithm is a series in l² with the coefficients B₂ₙ / (2n (2n)!). Up to |l| = 1 the terms
    // left out are below 10⁻¹², their second derivatives below 10⁻⁹; the closed forms would subtract numbers that grow as l falls.
    private static readonly double[] Series =
        [1.0 / 24, -1.0 / 2880, 1.0 / 181_440, -1.0 / 9_676_800, 1.0 / 479_001_600, -691.0 / 15_692_092_416_000];

    /// <inheritdoc/>
    /// <remarks>A′(l) = ½ + ½ coth(l/2) − 1/l, which is λ/(2λ − 1) + 1/(2 artanh(1 − 2λ)): eq. 8.</remarks>
    public override Tensor Mean
    {
        get
        {
            var (isNear, near, far) = Branches;
            return where(isNear, 0.5 + near * Polynomial(near.square(), [.. Series.Select((c, n) => 2 * (n + 1) * c)]),
                0.5 + 0.5 / (0.5 * far).tanh() - 1 / far);
        }
    }

    /// <inheritdoc/>
    /// <remarks>By the inverse of the distribution function (eᵘˡ − 1)/(eˡ − 1), of the mirrored variable where l is positive.</remarks>
    public override Tensor Sample(long samples, Noise noise)
    {
        var l = logits.detach();
        var u = noise.Uniform([samples, .. l.shape], l.device);                                 // [S, .., *]
        var t = l.abs().clamp(min: 1e-6);                                                        // at 0 the draw is u: it differs by t/8
        var x = -(u * (-t).expm1()).log1p() / t;
        return where(l > 0, 1 - x, x);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// A(l) = max(l, 0) + log((1 − e⁻ᵗ)/t) with t = |l|, of which the first is taken from x l before the second is added, so that large
    /// logits lose nothing. Each branch gets arguments at which it and its derivatives are finite: the gradient of the other is then not 0 · ∞.
    /// </remarks>
    public override Tensor LogProb(Tensor x)
    {
        var (isNear, near, far) = Branches;
        var t = far.abs();
        var rest = where(isNear, near.square() * Polynomial(near.square(), Series), (-(-t).exp()).log1p() - t.log());
        return SumEvent(x * logits - where(isNear, 0.5 * logits, logits.relu()) - rest);
    }

    private (Tensor IsNear, Tensor Near, Tensor Far) Branches
    {
        get
        {
            var isNear = logits.abs() < 1;
            return (isNear, logits.clamp(-1, 1), logits.masked_fill(isNear, 1));
        }
    }

    private static Tensor Polynomial(Tensor x, double[] coefficients)
    {
        var sum = x * coefficients[^1] + coefficients[^2];
        for (var n = coefficients.Length - 3; n >= 0; n--)
            sum = sum * x + coefficients[n];
        return sum;
    }
}

using VaeSharp.Numerics;

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
    /// <inheritdoc/>
    /// <remarks>A′(l) = ½ + ½ coth(l/2) − 1/l, which is λ/(2λ − 1) + 1/(2 artanh(1 − 2λ)): eq. 8.</remarks>
    public override Tensor Mean => ContinuousBernoulliKernel.Mean(logits);

    /// <inheritdoc/>
    /// <remarks>λ, as the authors draw it: at λ = 10⁻⁴, the smallest of their code, the mean is 0.11, and black would be grey.</remarks>
    public override Tensor Picture => logits.sigmoid();

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
    /// <remarks>x l − A(l): the cross-entropy and log C(λ), on logits, near one half by its series.</remarks>
    public override Tensor LogProb(Tensor x) =>
        ByRows(logits, x, ContinuousBernoulliKernel.LogProb) ?? SumEvent(LogProbByUnit(x));

    /// <inheritdoc/>
    public override Tensor LogProbByUnit(Tensor x) => ContinuousBernoulliKernel.Terms(logits, x);
}

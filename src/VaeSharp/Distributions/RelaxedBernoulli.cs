namespace VaeSharp.Distributions;

/// <summary>Independent zeros and ones that are made smooth: numbers between them, the nearer to them the lower the temperature.</summary>
/// <remarks>
/// Maddison, Mnih and Teh 2017, arXiv:1611.00712, appendix B.1. An element is above ½ with the probability of a one, at any temperature.
/// </remarks>
/// <param name="logits">Logits of the ones' probabilities: [.., Z].</param>
/// <param name="temperature">τ, above 0.</param>
public sealed class RelaxedBernoulli(Tensor logits, double temperature) : Distribution(eventRank: 1)
{
    /// <summary>The distance of uniform numbers in single precision.</summary>
    internal const double Step = 1.0 / (1 << 24);

    /// <summary>The zeros and ones that are made smooth.</summary>
    public Bernoulli Discrete { get; } = new(logits, 1);

    /// <summary>τ.</summary>
    public double Temperature => temperature;

    /// <summary>The probabilities of ones, which are the mean of what is made smooth: [.., Z].</summary>
    public override Tensor Mean => Discrete.Mean;

    /// <inheritdoc/>
    /// <remarks>z = σ((l + log u − log(1 − u))/τ).</remarks>
    public override Draw Rsample(long samples, Noise noise)
    {
        var u = noise.Uniform([samples, .. logits.shape], logits.device).clamp(Step / 2, 1 - Step);
        var z = ((logits + u.log() - (-u).log1p()) / temperature).sigmoid();
        return new Draw(z, () => LogProb(z));
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor x) => SumEvent(LogProbByUnit(x));

    /// <inheritdoc/>
    /// <remarks>τ e^(l − τy) / ((1 + e^(l − τy))² x (1 − x)) with y = log x/(1 − x). Maddison et al. 2017, eq. 24.</remarks>
    public override Tensor LogProbByUnit(Tensor x)
    {
        x = x.clamp(Step, 1 - Step);                                                             // beyond, single precision is at the ends
        var (logX, logRest) = (x.log(), (-x).log1p());
        var logit = logits - temperature * (logX - logRest);                                     // l − τy
        return Math.Log(temperature) + logit - 2 * nn.functional.softplus(logit, 1, 20) - logX - logRest;
    }

    /// <inheritdoc/>
    public override Distribution Match(Distribution other) => other is Bernoulli bernoulli
        ? new RelaxedBernoulli(bernoulli.Logits, temperature)
        : other;

    /// <inheritdoc/>
    public override Distribution Detached() => new RelaxedBernoulli(logits.detach(), temperature);
}

namespace VaeSharp.Distributions;

/// <summary>
/// Independent choices of categories that are made smooth (Gumbel-softmax, Concrete): points of a simplex, the nearer to its corners the
/// lower the temperature.
/// </summary>
/// <remarks>
/// Jang, Gu and Poole 2017, arXiv:1611.01144, eq. 2; Maddison, Mnih and Teh 2017, arXiv:1611.00712, eq. 10. The largest element has a
/// category's place with the category's probability, at any temperature.
/// </remarks>
/// <param name="logits">Logarithms of the probabilities up to a constant: [.., Z, K].</param>
/// <param name="temperature">τ, above 0.</param>
public sealed class RelaxedCategorical(Tensor logits, double temperature) : Distribution(eventRank: 1)
{
    /// <summary>The choices that are made smooth.</summary>
    public Categorical Discrete { get; } = new(logits);

    /// <summary>τ.</summary>
    public double Temperature => temperature;

    /// <summary>The probabilities, which are the mean of the choices that are made smooth: [.., Z · K].</summary>
    public override Tensor Mean => Discrete.Mean;

    /// <inheritdoc/>
    /// <remarks>z = softmax((log π + g)/τ) with g = −log(−log u) of Gumbel's distribution. Jang et al. 2017, eq. 2.</remarks>
    public override Draw Rsample(long samples, Noise noise)
    {
        var u = noise.Uniform([samples, .. logits.shape], logits.device).clamp_min(RelaxedBernoulli.Step / 2);
        var gumbel = -(-u.log()).log();                                                          // g  [S, .., Z, K]
        var z = ((logits + gumbel) / temperature).softmax(-1).flatten(-2);
        return new Draw(z, () => LogProb(z));
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor x) => SumEvent(LogProbByUnit(x));

    /// <summary>The log density of each variable over the first K − 1 of its elements: [.., Z], after broadcasting.</summary>
    /// <remarks>(K − 1)! τᴷ⁻¹ ∏ πₖ xₖ^(−τ − 1) / (Σ πₖ xₖ^(−τ))ᴷ. Maddison et al. 2017, eq. 10.</remarks>
    public override Tensor LogProbByUnit(Tensor x)
    {
        var (logX, count) = (Categorical.Choices(x, logits).clamp_min(Gamma.Least).log(), logits.size(-1));
        var logPi = Discrete.LogProbabilities;
        var constant = Enumerable.Range(1, (int)count - 1).Sum(k => Math.Log(k * temperature));  // log (K − 1)! τᴷ⁻¹
        return constant + (logPi - (temperature + 1) * logX).sum(dim: -1L) - count * (logPi - temperature * logX).logsumexp(-1);
    }

    /// <inheritdoc/>
    public override Distribution Match(Distribution other) => other is Categorical categorical
        ? new RelaxedCategorical(categorical.LogProbabilities, temperature)
        : other;

    /// <inheritdoc/>
    public override Distribution Detached() => new RelaxedCategorical(logits.detach(), temperature);
}

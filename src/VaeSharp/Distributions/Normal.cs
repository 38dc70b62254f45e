namespace VaeSharp.Distributions;

/// <summary>N(μ, diag σ²): independent normal elements.</summary>
/// <param name="mean">μ: [.., *event].</param>
/// <param name="logVar">log σ², of any shape that broadcasts to the mean's.</param>
/// <param name="eventRank">Number of trailing dimensions that make one event.</param>
public sealed class Normal(Tensor mean, Tensor logVar, int eventRank = 1) : Distribution(eventRank)
{
    internal static readonly double LogTwoPi = Math.Log(2 * Math.PI);

    /// <inheritdoc/>
    public override Tensor Mean => mean;

    /// <inheritdoc/>
    public override Tensor Variance => logVar.exp().expand_as(mean);

    /// <summary>log σ².</summary>
    public Tensor LogVar => logVar;

    /// <inheritdoc/>
    /// <remarks>z = μ + σε with ε ~ N(0, I). Kingma and Welling 2014, arXiv:1312.6114, eq. 10.</remarks>
    public override Draw Rsample(long samples, Noise noise)
    {
        var epsilon = noise.Normal([samples, .. mean.shape], mean.device);                      // [S, .., *]
        var z = mean + (0.5 * logVar).exp() * epsilon;                                          // [S, .., *]
        return new Draw(z, () => -0.5 * SumEvent(epsilon.square() + (logVar + LogTwoPi)));
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor x) => -0.5 * SumEvent(Energy(x));

    /// <inheritdoc/>
    public override Tensor LogProbByUnit(Tensor x) => -0.5 * Energy(x);

    /// <inheritdoc/>
    public override Distribution Detached() => new Normal(mean.detach(), logVar.detach(), EventRank);

    /// <summary>The distribution with independent units under which vectors [N, Z] are most likely. No variance is below 10⁻¹².</summary>
    internal static Normal Of(Tensor vectors)
    {
        var mean = vectors.mean([0L]);                                                           // [Z]
        return new Normal(mean, (vectors - mean).square().mean([0L]).clamp(min: 1e-12).log());
    }

    /// <summary>log σ², held to [−30, 20], so that neither σ² nor 1/σ² can overflow.</summary>
    /// <remarks>
    /// Beyond there is no gradient; a posterior is never there, but in a training that has gone wrong: σ = 3 · 10⁻⁷ or 2 · 10⁴.
    /// </remarks>
    internal static Tensor Held(Tensor logVar) => logVar.clamp(-30, 20);

    // (x − μ)²/σ² + log 2πσ².
    private Tensor Energy(Tensor x) => (x - mean).square() * (-logVar).exp() + (logVar + LogTwoPi);
}

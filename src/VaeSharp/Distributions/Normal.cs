namespace VaeSharp.Distributions;

/// <summary>N(μ, diag σ²): independent normal elements.</summary>
/// <param name="mean">μ: [.., *event].</param>
/// <param name="logVar">log σ², of any shape that broadcasts to the mean's.</param>
/// <param name="eventRank">Number of trailing dimensions that make one event.</param>
public sealed class Normal(Tensor mean, Tensor logVar, int eventRank = 1) : Distribution(eventRank)
{
    private static readonly double LogTwoPi = Math.Log(2 * Math.PI);

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
    public override Tensor LogProb(Tensor x) => -0.5 * SumEvent((x - mean).square() * (-logVar).exp() + (logVar + LogTwoPi));

    /// <inheritdoc/>
    public override Tensor LogProbByUnit(Tensor x) => -0.5 * ((x - mean).square() * (-logVar).exp() + (logVar + LogTwoPi));

    /// <inheritdoc/>
    public override Distribution Detached() => new Normal(mean.detach(), logVar.detach(), EventRank);
}

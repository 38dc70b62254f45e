namespace VaeSharp.Distributions;

/// <summary>Independent elements with density exp(−|x − μ|/b) / 2b.</summary>
/// <param name="mean">μ: [.., *event].</param>
/// <param name="logScale">log b, of any shape that broadcasts to the mean's.</param>
/// <param name="eventRank">Number of trailing dimensions that make one event.</param>
public sealed class Laplace(Tensor mean, Tensor logScale, int eventRank = 1) : Distribution(eventRank)
{
    private static readonly double LogTwo = Math.Log(2);

    /// <inheritdoc/>
    public override Tensor Mean => mean;

    /// <inheritdoc/>
    public override Tensor Variance => 2 * (2 * logScale).exp().expand_as(mean);

    /// <summary>log b.</summary>
    public Tensor LogScale => logScale;

    /// <inheritdoc/>
    /// <remarks>By the inverse of the distribution function: x = μ − b·sgn(u)·log(1 − 2|u|) with u uniform on (−½, ½).</remarks>
    public override Draw Rsample(long samples, Noise noise)
    {
        var u = noise.Uniform([samples, .. mean.shape], mean.device) - 0.5;                     // [S, .., *]
        var z = mean - logScale.exp() * u.sign() * (-2 * u.abs()).clamp(min: -1 + 1e-7).log1p();
        return new Draw(z, () => LogProb(z));
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor x) => -SumEvent(Energy(x));

    /// <inheritdoc/>
    public override Tensor LogProbByUnit(Tensor x) => -Energy(x);

    /// <inheritdoc/>
    public override Distribution Detached() => new Laplace(mean.detach(), logScale.detach(), EventRank);

    // |x − μ|/b + log 2b.
    private Tensor Energy(Tensor x) => (x - mean).abs() * (-logScale).exp() + (logScale + LogTwo);
}

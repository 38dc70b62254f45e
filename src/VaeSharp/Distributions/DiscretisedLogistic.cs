namespace VaeSharp.Distributions;

/// <summary>
/// Independent elements on the levels of discrete data: a logistic variable, rounded to the nearest level. The first and the last level
/// take the tails, so the probabilities sum to 1.
/// </summary>
/// <remarks>Kingma et al. 2016, arXiv:1606.04934, appendix; Salimans et al. 2017, arXiv:1701.05517, eq. 2, with one component.</remarks>
/// <param name="location">μ on the scale of indices, where levels are 0 … L − 1: [.., *event].</param>
/// <param name="logScale">log s on the same scale, of any shape that broadcasts to the location's.</param>
/// <param name="levels">The levels.</param>
/// <param name="eventRank">Number of trailing dimensions that make one event.</param>
public sealed class DiscretisedLogistic(Tensor location, Tensor logScale, DataLevels levels, int eventRank) : Distribution(eventRank)
{
    /// <inheritdoc/>
    public override Tensor Mean => levels.ValueOf(MeanIndex(location, logScale, levels.Count));

    /// <inheritdoc/>
    /// <remarks>The index is that of μ + s log(u/(1 − u)), u uniform.</remarks>
    public override Tensor Sample(long samples, Noise noise) => levels.ValueOf(DrawIndex(
        location.detach(), logScale.detach(), noise.Uniform([samples, .. location.shape], location.device), levels.Count));

    /// <inheritdoc/>
    /// <remarks>The log probability of the level that is nearest to each value.</remarks>
    public override Tensor LogProb(Tensor x) => SumEvent(LogProbByUnit(x));

    /// <inheritdoc/>
    public override Tensor LogProbByUnit(Tensor x) => LogMass(levels.IndexOf(x), location, logScale, levels.Count);

    /// <summary>log P(index), element by element, after broadcasting.</summary>
    /// <remarks>
    /// With a and b the level's ends in scales, σ(b) − σ(a) = σ(b) σ(−a) (1 − e^(a − b)): a product, whose logarithm loses nothing in the
    /// tails, where the difference is 0 in single precision and published code puts a constant in its place.
    /// </remarks>
    internal static Tensor LogMass(Tensor index, Tensor location, Tensor logScale, long count)
    {
        var width = (-logScale).exp();                                                           // b − a
        var a = (index - location - 0.5) * width;
        var (isFirst, isLast) = (index < 0.5, index > count - 1.5);
        var atMost = nn.functional.logsigmoid(a + width).masked_fill(isLast, 0);                // log P(≤ index)
        var atLeast = nn.functional.logsigmoid(-a).masked_fill(isFirst, 0);                     // log P(≥ index)
        // log(1 − e⁻ʷ) = log w + log((1 − e⁻ʷ)/w), so that it is finite for scales whose inverse is 0 in single precision: data that lie
        // on the first and the last level alone are best with an infinite one.
        var w = width.clamp(min: 1e-6);
        return atMost + atLeast + ((-(-w).expm1() / w).log() - logScale) * (isFirst | isLast).logical_not();
    }

    /// <summary>The expected index Σ P(≥ i) over i = 1 … L − 1.</summary>
    internal static Tensor MeanIndex(Tensor location, Tensor logScale, long count)
    {
        var width = (-logScale).exp();
        var sum = zeros_like(location);
        for (var i = 1; i < count; i++)
        {
            using var scope = NewDisposeScope();                                                 // else all levels lie in memory at once
            sum.add_(((location - (i - 0.5)) * width).sigmoid());
        }
        return sum;
    }

    /// <summary>The index that a uniform number stands for.</summary>
    internal static Tensor DrawIndex(Tensor location, Tensor logScale, Tensor u, long count) =>
        (location + logScale.exp() * (u.log() - (-u).log1p())).round().clamp(0, count - 1);
}

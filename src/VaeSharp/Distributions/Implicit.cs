namespace VaeSharp.Distributions;

/// <summary>The distribution of z = f(ε) with ε ~ N(0, I), for any f: one draws from it, but nobody knows its density.</summary>
/// <param name="map">f: ε [S, .., E] → z [S, .., *event].</param>
/// <param name="shape">The shape of ε without draws: [.., E].</param>
/// <param name="device">Where ε is made.</param>
/// <param name="eventRank">Number of trailing dimensions that make one event.</param>
public sealed class Implicit(Func<Tensor, Tensor> map, long[] shape, Device device, int eventRank = 1) : Distribution(eventRank)
{
    /// <summary>f(0), a point among the draws. The mean itself has no formula.</summary>
    public override Tensor Mean => map(zeros([1, .. shape], device: device)).squeeze(0);

    /// <inheritdoc/>
    public override Draw Rsample(long samples, Noise noise) => new(map(noise.Normal([samples, .. shape], device)), logQ: null);

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor x) => throw new NotSupportedException("The density of an implicit distribution is not known.");
}

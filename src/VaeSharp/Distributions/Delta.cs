namespace VaeSharp.Distributions;

/// <summary>All mass on one point. It has no density.</summary>
/// <param name="point">The point: [.., *event].</param>
/// <param name="eventRank">Number of trailing dimensions that make one event.</param>
public sealed class Delta(Tensor point, int eventRank = 1) : Distribution(eventRank)
{
    /// <inheritdoc/>
    public override Tensor Mean => point;

    /// <inheritdoc/>
    public override Draw Rsample(long samples, Noise noise) => new(point.unsqueeze(0).expand([samples, .. point.shape]), logQ: null);

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor x) => throw new NotSupportedException("A point has no density.");

    /// <inheritdoc/>
    public override Distribution Detached() => new Delta(point.detach(), EventRank);
}

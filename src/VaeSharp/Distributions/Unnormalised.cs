namespace VaeSharp.Distributions;

/// <summary>p(x) ∝ exp(−E(x, μ)) of an error E. What it integrates to is not known, so it compares nothing but errors.</summary>
/// <param name="mean">μ, the x of least error: [.., *event].</param>
/// <param name="error">E in nats, of x and of μ, which broadcast: [..].</param>
/// <param name="eventRank">Number of trailing dimensions that make one event.</param>
public sealed class Unnormalised(Tensor mean, Func<Tensor, Tensor, Tensor> error, int eventRank) : Distribution(eventRank)
{
    /// <inheritdoc/>
    public override Tensor Mean => mean;

    /// <inheritdoc/>
    /// <remarks>Up to a constant that nobody knows, and that may depend on μ.</remarks>
    public override Tensor LogProb(Tensor x) => -error(x, mean);

    /// <inheritdoc/>
    public override Distribution Detached() => new Unnormalised(mean.detach(), error, EventRank);
}

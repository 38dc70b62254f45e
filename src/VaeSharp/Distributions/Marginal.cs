namespace VaeSharp.Distributions;

/// <summary>p(z) = ∫ p(z|u) p(u) du, of vectors: easy to draw from; of its density only a lower bound is known.</summary>
/// <param name="origin">p(u): one event [U].</param>
/// <param name="decode">From u [N, U] to p(z|u), over [N, Z].</param>
/// <param name="encode">From z [N, Z] to q(u|z), over [N, U].</param>
public sealed class Marginal(Distribution origin, Func<Tensor, Distribution> decode, Func<Tensor, Distribution> encode)
    : Distribution(eventRank: 1)
{
    /// <summary>The mean of p(z|u) at the mean of p(u), which is the mean itself only where the first is linear in u.</summary>
    public override Tensor Mean => decode(origin.Mean.unsqueeze(0)).Mean.squeeze(0);

    /// <inheritdoc/>
    public override Draw Rsample(long samples, Noise noise) =>
        new(decode(origin.Rsample(samples, noise).Z).Rsample(1, noise).Z.squeeze(0), logQ: null);

    /// <inheritdoc/>
    /// <remarks>The spread is that of both draws: temperature 0 is <see cref="Mean"/>.</remarks>
    public override Tensor Sample(long samples, Noise noise, double temperature) =>
        decode(origin.Sample(samples, noise, temperature)).Sample(1, noise, temperature).squeeze(0).detach();

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: it is an integral over u.</exception>
    public override Tensor LogProb(Tensor x) =>
        throw new NotSupportedException($"The density of this distribution is an integral; {nameof(LogBound)} is below its logarithm.");

    /// <summary>
    /// log p(z|u) − KL(q(u|z) ‖ p(u)) with u ~ q(u|z), on average a lower bound of log p(z). Kingma and Welling 2014, arXiv:1312.6114,
    /// eq. 3.
    /// </summary>
    public override Tensor LogBound(Tensor x, Noise noise)
    {
        var z = x.reshape(-1, x.size(-1));                                                       // [N, Z]
        var q = encode(z);                                                                       // q(u|z)
        var draw = q.Rsample(1, noise);                                                          // u  [1, N, U]
        var divergence = Kl.Total(q, origin) ?? (draw.LogQ! - origin.LogProb(draw.Z)).squeeze(0);
        return (decode(draw.Z.squeeze(0)).LogProb(z) - divergence).view(x.shape[..^1]);
    }
}

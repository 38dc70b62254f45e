using VaeSharp.Numerics;

namespace VaeSharp.Distributions;

/// <summary>Independent elements that are 1 with probability σ(logit), and 0 otherwise.</summary>
/// <param name="logits">[.., *event].</param>
/// <param name="eventRank">Number of trailing dimensions that make one event.</param>
public sealed class Bernoulli(Tensor logits, int eventRank) : Distribution(eventRank)
{
    /// <summary>The logits: [.., *event].</summary>
    public Tensor Logits => logits;

    /// <inheritdoc/>
    public override Tensor Mean => logits.sigmoid();

    /// <inheritdoc/>
    public override Tensor Variance => logits.sigmoid() * (-logits).sigmoid();

    /// <inheritdoc/>
    public override Draw Draws(long samples, Noise noise)
    {
        var z = Sample(samples, noise);
        return new Draw(z, () => LogProb(z));
    }

    /// <inheritdoc/>
    /// <remarks>A spread above that of ones and zeros is none that they can have: temperatures end at 1.</remarks>
    public override Tensor Sample(long samples, Noise noise, double temperature) => base.Sample(samples, noise, Math.Min(temperature, 1));

    /// <inheritdoc/>
    public override Tensor Sample(long samples, Noise noise) =>
        (noise.Uniform([samples, .. logits.shape], logits.device) < Mean.detach()).to_type(float32);

    /// <inheritdoc/>
    /// <remarks>
    /// x·l − log(1 + eˡ), the negative cross-entropy, on logits so that no probability rounds to 0 or 1.
    /// Values between 0 and 1 are taken as expectations of binary ones, as is usual for grey images.
    /// </remarks>
    public override Tensor LogProb(Tensor x) => InOnePass(x) ?? Plain(x);

    private Tensor Plain(Tensor x)
    {
        // The kernel itself does not broadcast: one x for many logits, or many draws of one distribution.
        var both = broadcast_tensors(logits, x);
        return -SumEvent(nn.functional.binary_cross_entropy_with_logits(both[0], both[1], reduction: nn.Reduction.None));
    }

    private Tensor? InOnePass(Tensor x) => ByRows(logits, x, BernoulliKernel.LogProb);

    /// <inheritdoc/>
    public override Tensor LogProbByUnit(Tensor x) => new Bernoulli(logits, 0).LogProb(x);

    /// <inheritdoc/>
    public override Distribution Detached() => new Bernoulli(logits.detach(), EventRank);
}

namespace VaeSharp.Distributions;

/// <summary>A distribution over tensors: batch dimensions first, then the dimensions of one event.</summary>
/// <param name="eventRank">Number of trailing dimensions that make one event: 1 for a code [Z], 3 for an image [C, H, W].</param>
public abstract class Distribution(int eventRank)
{
    /// <summary>Number of trailing dimensions that make one event.</summary>
    public int EventRank => eventRank;

    /// <summary>The mean: [.., *event].</summary>
    public abstract Tensor Mean { get; }

    /// <summary>
    /// What an event looks like where one is shown: [.., *event]. It is the mean, but for distributions whose parameter is nearer to data.
    /// </summary>
    public virtual Tensor Picture => Mean;

    /// <summary>The variance of each element: [.., *event].</summary>
    /// <exception cref="NotSupportedException">It has no closed form, or the elements depend on each other.</exception>
    public virtual Tensor Variance => throw new NotSupportedException($"{GetType().Name} has no variance of single elements.");

    /// <summary>Draws with a pathwise gradient: [S, .., *event].</summary>
    /// <exception cref="NotSupportedException">The distribution has no pathwise gradient.</exception>
    public virtual Draw Rsample(long samples, Noise noise) =>
        throw new NotSupportedException($"Draws of {GetType().Name} have no pathwise gradient. Use {nameof(Sample)}.");

    /// <summary>Draws with a pathwise gradient where the distribution has one, and without one elsewhere: [S, .., *event].</summary>
    public virtual Draw Draws(long samples, Noise noise) => Rsample(samples, noise);

    /// <summary>
    /// Another distribution as this one's draws see it: itself, but for a relaxation, whose draws lie where discrete distributions have no
    /// mass. It sees them relaxed as far as it is.
    /// </summary>
    public virtual Distribution Match(Distribution other) => other;

    /// <summary>Draws without a gradient: [S, .., *event].</summary>
    public virtual Tensor Sample(long samples, Noise noise) => Rsample(samples, noise).Z.detach();

    /// <summary>
    /// Draws without a gradient whose spread about the mean has a factor: [S, .., *event]. 1 is the distribution itself; at 0 all draws are
    /// equal.
    /// </summary>
    public virtual Tensor Sample(long samples, Noise noise, double temperature)
    {
        var z = Sample(samples, noise);
        return temperature == 1 ? z : Mean + temperature * (z - Mean);
    }

    /// <summary>Log density of <paramref name="x"/>, in nats, summed over the event: [..], after broadcasting.</summary>
    /// <exception cref="NotSupportedException">The distribution has no density there.</exception>
    public abstract Tensor LogProb(Tensor x);

    /// <summary>A draw of what is on average at most the log density, in nats: [..]; the log density itself where that is known.</summary>
    public virtual Tensor LogBound(Tensor x, Noise noise) => LogProb(x);

    /// <summary><see cref="LogProb"/> of what another distribution drew: [S, B]. Codes that have indices may be known by these.</summary>
    /// <exception cref="NotSupportedException">The distribution has no density there.</exception>
    public virtual Tensor LogProbOf(Draw draw) => LogProb(draw.Z);

    /// <summary><see cref="LogBound"/> of what another distribution drew: [S, B].</summary>
    public Tensor LogBoundOf(Draw draw, Noise noise) => draw.Indices is null ? LogBound(draw.Z, noise) : LogProbOf(draw);

    /// <summary>
    /// Log density of each element by itself, in nats: [.., *event], after broadcasting. Every distribution whose elements are independent
    /// and have a density has it.
    /// </summary>
    /// <exception cref="NotSupportedException">The elements depend on each other, or have no density.</exception>
    public virtual Tensor LogProbByUnit(Tensor x) =>
        throw new NotSupportedException($"{GetType().Name} has no density of single elements.");

    /// <summary>
    /// The same distribution with parameters that pass no gradient on (for sticking-the-landing and doubly reparameterised estimators).
    /// </summary>
    /// <exception cref="NotSupportedException">The distribution cannot evaluate its density away from its own draws.</exception>
    public virtual Distribution Detached() => throw new NotSupportedException($"{GetType().Name} cannot be detached.");

    /// <summary>Sums elements over the event: [.., *event] → [..].</summary>
    protected Tensor SumEvent(Tensor elements) => EventRank == 0 ? elements : elements.flatten(-EventRank).sum(dim: -1L);

    /// <summary>
    /// The log density by a kernel that takes rows [N, D], where x is one event for each of the parameters', or fewer that are repeated:
    /// [B, *event] under parameters [S, B, *event]. Null elsewhere, and where the kernel cannot run.
    /// </summary>
    private protected Tensor? ByRows(Tensor parameters, Tensor x, Func<Tensor, Tensor, Tensor?> kernel)
    {
        var repeats = EventRank > 0 && parameters.dim() > EventRank && x.dim() > EventRank && x.dim() <= parameters.dim()
            && parameters.shape.AsSpan()[^(int)x.dim()..].SequenceEqual(x.shape);
        return repeats ? kernel(Flat(parameters), Flat(x))?.view(parameters.shape[..^EventRank]) : null;

        Tensor Flat(Tensor values) => values.flatten(-EventRank).flatten(0, -2);                 // [N, D]
    }

    /// <summary>The index of a category for each uniform number, by the inverse of the distribution function.</summary>
    /// <param name="logits">Logarithms of the probabilities up to a constant, along an axis.</param>
    /// <param name="axis">The axis of the categories, which is kept, with size 1.</param>
    /// <param name="u">Uniform numbers: size 1 along the axis, and any draws in front.</param>
    internal static Tensor DrawIndex(Tensor logits, int axis, Tensor u)
    {
        var below = logits.softmax(axis).cumsum(axis);
        // The last sum is 1 but for rounding; the numbers are made to end where it does.
        return (below <= u * below.narrow(axis, -1, 1)).sum(dim: (long)axis, keepdim: true).clamp(max: logits.size(axis) - 1);
    }
}

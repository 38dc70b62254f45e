namespace VaeSharp.Distributions;

/// <summary>Independent elements on the levels of discrete data, with a probability for each level.</summary>
/// <param name="logits">Logarithms of the probabilities up to a constant: [.., L, *event].</param>
/// <param name="levels">The levels.</param>
/// <param name="eventRank">Number of trailing dimensions that make one event, without that of the levels.</param>
public sealed class CategoricalLevels(Tensor logits, DataLevels levels, int eventRank) : Distribution(eventRank)
{
    private readonly int axis = -eventRank - 1;

    /// <inheritdoc/>
    public override Tensor Mean
    {
        get
        {
            var indices = arange(levels.Count, dtype: logits.dtype, device: logits.device);
            return levels.ValueOf((logits.softmax(axis) * indices.view([-1, .. Enumerable.Repeat(1L, EventRank)])).sum(dim: (long)axis));
        }
    }

    /// <inheritdoc/>
    public override Tensor Sample(long samples, Noise noise)
    {
        var shape = (long[])[.. logits.shape[..^(EventRank + 1)], 1, .. logits.shape[^EventRank..]];
        var u = noise.Uniform([samples, .. shape], logits.device);                               // [S, .., 1, *]
        return levels.ValueOf(DrawIndex(logits.detach(), axis, u).to_type(logits.dtype).squeeze(axis));
    }

    /// <inheritdoc/>
    /// <remarks>The log probability of the level that is nearest to each value.</remarks>
    public override Tensor LogProb(Tensor x) => SumEvent(LogProbByUnit(x));

    /// <inheritdoc/>
    public override Tensor LogProbByUnit(Tensor x)
    {
        var index = levels.IndexOf(x.detach()).to_type(int64).unsqueeze(axis);                   // [.., 1, *]
        var shape = broadcast_tensors(index, logits.narrow(axis, 0, 1))[0].shape;
        var all = (long[])[.. shape[..^(EventRank + 1)], levels.Count, .. shape[^EventRank..]];
        var chosen = logits.expand(all).gather(axis, index.expand(shape));
        return chosen.squeeze(axis) - logits.logsumexp(axis);
    }
}

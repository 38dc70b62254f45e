namespace VaeSharp.Distributions;

/// <summary>Independent choices, each of one of K categories, as vectors with a 1 in the place of the category and 0 elsewhere.</summary>
/// <param name="logits">Logarithms of the probabilities up to a constant: [.., Z, K] for Z variables, whose codes are [.., Z · K].</param>
public sealed class Categorical(Tensor logits) : Distribution(eventRank: 1)
{
    private readonly Lazy<Tensor> logProbabilities = new(() => logits.log_softmax(-1));

    /// <summary>log π: [.., Z, K].</summary>
    public Tensor LogProbabilities => logProbabilities.Value;

    /// <inheritdoc/>
    public override Tensor Mean => LogProbabilities.exp().flatten(-2);

    /// <inheritdoc/>
    public override Tensor Variance => Mean * (1 - Mean);

    /// <inheritdoc/>
    public override Draw Draws(long samples, Noise noise)
    {
        var z = Sample(samples, noise);
        return new Draw(z, () => LogProb(z));
    }

    /// <inheritdoc/>
    public override Tensor Sample(long samples, Noise noise)
    {
        var u = noise.Uniform([samples, .. logits.shape[..^1], 1], logits.device);               // [S, .., Z, 1]
        var chosen = DrawIndex(logits.detach(), -1, u).squeeze(-1);                              // [S, .., Z]
        return nn.functional.one_hot(chosen, logits.size(-1)).to_type(logits.dtype).flatten(-2);
    }

    /// <inheritdoc/>
    /// <remarks>A spread above that of one-hot vectors is none that they can have: temperatures end at 1.</remarks>
    public override Tensor Sample(long samples, Noise noise, double temperature) => base.Sample(samples, noise, Math.Min(temperature, 1));

    /// <inheritdoc/>
    /// <remarks>The log mass of the categories; of codes between one-hot vectors its expectation.</remarks>
    public override Tensor LogProb(Tensor x) => SumEvent(LogProbByUnit(x));

    /// <summary>The log mass of each variable's category: [.., Z], after broadcasting.</summary>
    public override Tensor LogProbByUnit(Tensor x) => (Choices(x, logits) * LogProbabilities).sum(dim: -1L);

    /// <inheritdoc/>
    public override Distribution Detached() => new Categorical(logits.detach());

    /// <summary>Codes as vectors of each variable: [.., Z · K] → [.., Z, K].</summary>
    internal static Tensor Choices(Tensor x, Tensor logits) => x.reshape([.. x.shape[..^1], .. logits.shape[^2..]]);
}

namespace VaeSharp.Distributions;

/// <summary>Vectors that are joined from independent parts, each with a distribution of its own.</summary>
/// <param name="parts">The distributions over vectors, and the lengths of these.</param>
public sealed class Product(params (Distribution Part, long Size)[] parts) : Distribution(eventRank: 1)
{
    /// <summary>The distributions of the parts.</summary>
    public IReadOnlyList<Distribution> Parts { get; } = [.. parts.Select(part => part.Part)];

    /// <summary>The lengths of the parts.</summary>
    public IReadOnlyList<long> Sizes { get; } = [.. parts.Select(part => part.Size)];

    /// <inheritdoc/>
    public override Tensor Mean => Join(part => part.Mean);

    /// <inheritdoc/>
    public override Tensor Variance => Join(part => part.Variance);

    /// <inheritdoc/>
    public override Draw Rsample(long samples, Noise noise) => Join(part => part.Rsample(samples, noise));

    /// <inheritdoc/>
    public override Draw Draws(long samples, Noise noise) => Join(part => part.Draws(samples, noise));

    /// <inheritdoc/>
    public override Tensor Sample(long samples, Noise noise) => Join(part => part.Sample(samples, noise));

    /// <inheritdoc/>
    public override Tensor Sample(long samples, Noise noise, double temperature) => Join(part => part.Sample(samples, noise, temperature));

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor x) => Split(x, (part, piece) => part.LogProb(piece)).Aggregate((sum, term) => sum + term);

    /// <inheritdoc/>
    public override Tensor LogProbByUnit(Tensor x) => cat([.. Split(x, (part, piece) => part.LogProbByUnit(piece))], dim: -1);

    /// <inheritdoc/>
    public override Distribution Match(Distribution other) => other is Product product
        ? new Product([.. Parts.Zip(product.Parts, (part, partner) => part.Match(partner)).Zip(product.Sizes)])
        : other;

    /// <inheritdoc/>
    public override Distribution Detached() => new Product([.. Parts.Select(part => part.Detached()).Zip(Sizes)]);

    private Tensor Join(Func<Distribution, Tensor> of) => cat([.. Parts.Select(of)], dim: -1);

    private Draw Join(Func<Distribution, Draw> of)
    {
        var draws = Parts.Select(of).ToList();
        return new Draw(cat([.. draws.Select(draw => draw.Z)], dim: -1),
            () => draws.Select(draw => draw.LogQ!).Aggregate((sum, term) => sum + term));
    }

    private IEnumerable<Tensor> Split(Tensor x, Func<Distribution, Tensor, Tensor> of) =>
        Parts.Zip(x.split([.. Sizes], dim: -1), of);
}

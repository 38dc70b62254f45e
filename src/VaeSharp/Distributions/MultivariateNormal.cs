namespace VaeSharp.Distributions;

/// <summary>N(μ, L Lᵀ): a normal vector whose elements depend on each other.</summary>
/// <param name="mean">μ: [.., Z].</param>
/// <param name="scaleTril">L, lower triangular with a positive diagonal: [.., Z, Z]. What stands above the diagonal must be 0.</param>
public sealed class MultivariateNormal(Tensor mean, Tensor scaleTril) : Distribution(eventRank: 1)
{
    /// <inheritdoc/>
    public override Tensor Mean => mean;

    /// <summary>L: [.., Z, Z].</summary>
    public Tensor ScaleTril => scaleTril;

    /// <summary>log det L = ½ log det Σ: [..].</summary>
    public Tensor LogDeterminant => scaleTril.diagonal(0, -2, -1).log().sum(dim: -1L);

    /// <summary>The diagonal of Σ = L Lᵀ: [.., Z].</summary>
    public override Tensor Variance => scaleTril.square().sum(dim: -1L);

    /// <inheritdoc/>
    /// <remarks>z = μ + Lε with ε ~ N(0, I).</remarks>
    public override Draw Rsample(long samples, Noise noise)
    {
        var epsilon = noise.Normal([samples, .. mean.shape], mean.device).to_type(mean.dtype);   // [S, .., Z]
        var z = mean + ByColumns(epsilon, (scale, columns) => scale.bmm(columns));               // [S, .., Z]
        return new Draw(z, () => LogDensity(epsilon));
    }

    /// <inheritdoc/>
    /// <remarks>ε = L⁻¹(x − μ), by forward substitution.</remarks>
    public override Tensor LogProb(Tensor x) =>
        LogDensity(ByColumns(x - mean, (scale, columns) => linalg.solve_triangular(scale, columns, upper: false)));

    /// <inheritdoc/>
    public override Distribution Detached() => new MultivariateNormal(mean.detach(), scaleTril.detach());

    // log N(x; μ, Σ) for x = μ + Lε.
    private Tensor LogDensity(Tensor epsilon) => -0.5 * SumEvent(epsilon.square() + Normal.LogTwoPi) - LogDeterminant;

    // Vectors [.., *batch, Z] as the columns of one matrix for each distribution of the batch, so that no L is repeated: the map is
    // [N, Z, Z], [N, Z, S] → [N, Z, S].
    private Tensor ByColumns(Tensor vectors, Func<Tensor, Tensor, Tensor> map)
    {
        var (batch, size) = (vectors.shape[^(int)mean.dim()..^1], vectors.size(-1));
        var count = batch.Aggregate(1L, (product, length) => product * length);                  // N
        var scale = scaleTril.to_type(vectors.dtype).expand([.. batch, size, size]).reshape(count, size, size);
        var columns = vectors.reshape(-1, count, size).permute(1, 2, 0);
        return map(scale, columns).permute(2, 0, 1).reshape(vectors.shape);
    }
}

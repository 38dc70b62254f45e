namespace VaeSharp.Distributions;

/// <summary>Shares that sum to 1: the softmax of Vu with normal u of independent elements, one fewer than the shares.</summary>
/// <remarks>
/// The columns of V are orthonormal and each sums to 0, so that the map is one-to-one and treats all shares alike: of u ~ N(0, I) it has
/// the distribution of a softmax of independent standard normal logits. Aitchison and Shen 1980, Biometrika 67, with the isometric
/// coordinates of Egozcue et al. 2003.
/// </remarks>
/// <param name="origin">The distribution of u: [.., Z].</param>
public sealed class LogisticNormal(Normal origin) : Distribution(eventRank: 1)
{
    /// <summary>The distribution of u.</summary>
    public Normal Origin => origin;

    /// <summary>The image of the mean of u: [.., Z + 1]. The mean of the shares has no formula.</summary>
    public override Tensor Mean => Map(origin.Mean);

    /// <inheritdoc/>
    public override Draw Rsample(long samples, Noise noise)
    {
        var u = origin.Rsample(samples, noise);
        var z = Map(u.Z);                                                                        // [S, .., Z + 1]
        return new Draw(z, () => u.LogQ! - LogVolume(LogOf(z)));
    }

    /// <inheritdoc/>
    /// <remarks>The spread is that of u.</remarks>
    public override Tensor Sample(long samples, Noise noise, double temperature) =>
        Map(origin.Sample(samples, noise, temperature)).detach();

    /// <inheritdoc/>
    /// <remarks>log N(u) − ½ log(Z + 1) − Σ log xₖ with u = Vᵀ log x.</remarks>
    public override Tensor LogProb(Tensor x)
    {
        var log = LogOf(x);
        return origin.LogProb(nn.functional.linear(log, Basis(x).t())) - LogVolume(log);
    }

    /// <inheritdoc/>
    public override Distribution Detached() => new LogisticNormal((Normal)origin.Detached());

    private Tensor Map(Tensor u) => nn.functional.linear(u, Basis(u)).softmax(-1);

    private static Tensor LogOf(Tensor x) => x.clamp_min(Gamma.Least).log();

    // log|det ∂x/∂u| by the first Z shares.
    private static Tensor LogVolume(Tensor log) => 0.5 * Math.Log(log.size(-1)) + log.sum(dim: -1L);

    // V: [Z + 1, Z]. Column j has j elements 1, one of −j and zeros, over √(j (j + 1)), as Helmert's matrix.
    private Tensor Basis(Tensor like)
    {
        var size = origin.Mean.size(-1);
        var row = arange(size + 1, dtype: like.dtype, device: like.device).unsqueeze(-1);
        var column = arange(1, size + 1, dtype: like.dtype, device: like.device);
        return ((row < column).to_type(like.dtype) - column * row.eq(column).to_type(like.dtype)) / (column * (column + 1)).sqrt();
    }
}

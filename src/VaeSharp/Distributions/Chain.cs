namespace VaeSharp.Distributions;

/// <summary>
/// p(z_L) ∏ p(z_l | z_{l+1}): vectors each of which depends on the one above it, as one vector, z₁ first.
/// </summary>
/// <param name="topmost">p(z_L).</param>
/// <param name="sizes">Numbers of units of z₁ … z_L.</param>
/// <param name="given">p(z_l | z_{l+1}), from l, 1 to L − 1, and z_{l+1}: [.., Z].</param>
public sealed class Chain(Distribution topmost, IReadOnlyList<long> sizes, Func<int, Tensor, Distribution> given)
    : Distribution(eventRank: 1)
{
    /// <summary>The path of means: the mean of z_L, the mean of z_{L−1} given that … The mean itself only where these are linear.</summary>
    public override Tensor Mean => Follow(topmost.Mean, p => p.Mean);

    /// <inheritdoc/>
    public override Draw Rsample(long samples, Noise noise)
    {
        var first = topmost.Rsample(samples, noise);
        List<Draw> draws = [];
        var z = Follow(first.Z, p =>
        {
            draws.Add(p.Rsample(1, noise));                                                      // [1, S, .., Z]
            return draws[^1].Z.squeeze(0);
        });
        return new Draw(z, () => draws.Aggregate(first.LogQ!, (sum, draw) => sum + draw.LogQ!.squeeze(0)));
    }

    /// <inheritdoc/>
    public override Tensor Sample(long samples, Noise noise) => Sample(samples, noise, temperature: 1);

    /// <inheritdoc/>
    /// <remarks>The factor is that of each vector's spread, given the one above.</remarks>
    public override Tensor Sample(long samples, Noise noise, double temperature) =>
        Follow(topmost.Sample(samples, noise, temperature), p => p.Sample(1, noise, temperature).squeeze(0)).detach();

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor x)
    {
        var z = x.split([.. sizes], dim: -1);
        var logProb = topmost.LogProb(z[^1]);
        for (var level = 1; level < z.Length; level++)
            logProb = logProb + given(level, z[level]).LogProb(z[level - 1]);
        return logProb;
    }

    private Tensor Follow(Tensor z, Func<Distribution, Tensor> next)
    {
        List<Tensor> all = [z];
        for (var level = sizes.Count - 1; level > 0; level--)
            all.Insert(0, next(given(level, all[0])));
        return cat([.. all], dim: -1);
    }
}

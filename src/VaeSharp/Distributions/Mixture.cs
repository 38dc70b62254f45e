namespace VaeSharp.Distributions;

/// <summary>Σ wₖ pₖ(z): a mixture, whose components are the batch of one distribution.</summary>
/// <param name="components">p₁ … p_K, over vectors: batch [K], event [Z].</param>
/// <param name="logWeights">log wₖ; the weights sum to one: [K].</param>
public sealed class Mixture(Distribution components, Tensor logWeights) : Distribution(eventRank: 1)
{
    /// <summary>p₁ … p_K.</summary>
    public Distribution Components => components;

    /// <summary>log wₖ: [K].</summary>
    public Tensor LogWeights => logWeights;

    /// <inheritdoc/>
    public override Tensor Mean => (logWeights.exp().unsqueeze(-1) * components.Mean).sum(dim: 0L);

    /// <inheritdoc/>
    /// <remarks>First a component, by its weight, then a draw of it. The choice has no pathwise gradient.</remarks>
    public override Tensor Sample(long samples, Noise noise)
    {
        var u = noise.Uniform([samples], logWeights.device).to_type(float64).unsqueeze(-1);
        var chosen = DrawIndex(logWeights.detach().to_type(float64), -1, u).squeeze(-1);         // [S]
        return components is Normal normal ? DrawOf(normal, chosen, noise) : DrawOf(components, chosen, noise);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor x)
    {
        var byComponent = components is Normal normal ? ByProducts(normal, x) : components.LogProb(x.unsqueeze(-2));   // [.., K]
        return (byComponent + logWeights).logsumexp(-1).to_type(x.dtype);
    }

    /// <inheritdoc/>
    public override Distribution Detached() => new Mixture(components.Detached(), logWeights.detach());

    // log N(x; m, v) = −½ Σ (x²/v − 2 x m/v + m²/v + log 2πv) is one product, [.., 2Z] by [2Z, K], where differences x − m would be
    // [.., K, Z]. Its terms are large and cancel where v is small: in double precision, less is lost than by rounding x to single.
    private static Tensor ByProducts(Normal components, Tensor x)
    {
        var (mean, z) = (components.Mean.to_type(float64), x.to_type(float64));                  // [K, Z], [.., Z]
        var logVar = components.LogVar.to_type(float64).expand_as(mean);
        var precision = (-logVar).exp();
        var constant = -0.5 * (mean.square() * precision + (logVar + Normal.LogTwoPi)).sum(dim: -1L);   // [K]
        return nn.functional.linear(cat([z.square(), z], dim: -1), cat([-0.5 * precision, mean * precision], dim: -1), constant);
    }

    private static Tensor DrawOf(Normal components, Tensor chosen, Noise noise)
    {
        var (mean, logVar) = (components.Mean, components.LogVar.expand_as(components.Mean));
        return new Normal(mean.index_select(0, chosen), logVar.index_select(0, chosen)).Sample(1, noise).squeeze(0);
    }

    // A draw of every component, of which one is taken.
    private static Tensor DrawOf(Distribution components, Tensor chosen, Noise noise)
    {
        var draws = components.Sample(chosen.size(0), noise);                                    // [S, K, Z]
        return draws.gather(1, chosen.view(-1, 1, 1).expand(-1, 1, draws.size(-1))).squeeze(1);
    }
}

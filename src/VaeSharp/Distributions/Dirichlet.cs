namespace VaeSharp.Distributions;

/// <summary>Shares that sum to 1, with density Γ(Σ αₖ) ∏ xₖ^(αₖ − 1) / Γ(αₖ) over the first K − 1 of them.</summary>
/// <param name="concentration">α, above 0: [.., K].</param>
public sealed class Dirichlet(Tensor concentration) : Distribution(eventRank: 1)
{
    /// <summary>α: [.., K].</summary>
    public Tensor Concentration => concentration;

    /// <inheritdoc/>
    public override Tensor Mean => concentration / concentration.sum(-1, keepdim: true);

    /// <inheritdoc/>
    public override Tensor Variance => Mean * (1 - Mean) / (concentration.sum(-1, keepdim: true) + 1);

    /// <inheritdoc/>
    /// <remarks>Shares of independent draws of Γ(αₖ), whose logarithms a softmax takes.</remarks>
    public override Draw Rsample(long samples, Noise noise)
    {
        var z = GammaDraws.Log(concentration, samples, noise).softmax(-1).to_type(concentration.dtype);   // [S, .., K]
        return new Draw(z, () => LogProb(z));
    }

    /// <inheritdoc/>
    /// <remarks>The spread is a power of the quotient to the mean, so that draws stay shares at any temperature.</remarks>
    public override Tensor Sample(long samples, Noise noise, double temperature)
    {
        var z = Sample(samples, noise);
        return temperature == 1 ? z : (Mean.log() + temperature * (z.clamp_min(Gamma.Least).log() - Mean.log())).softmax(-1).detach();
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor x)
    {
        var (alpha, at) = (concentration.to_type(float64), x.to_type(float64).clamp_min(Gamma.Least));
        return (LogNormaliser + ((alpha - 1) * at.log()).sum(dim: -1L)).to_type(x.dtype);
    }

    /// <inheritdoc/>
    public override Distribution Detached() => new Dirichlet(concentration.detach());

    /// <summary>log Γ(Σ αₖ) − Σ log Γ(αₖ), in double precision: [..].</summary>
    internal Tensor LogNormaliser
    {
        get
        {
            var alpha = concentration.to_type(float64);
            return alpha.sum(dim: -1L).lgamma() - alpha.lgamma().sum(dim: -1L);
        }
    }
}

using System.ComponentModel.DataAnnotations;
using VaeSharp.Flows;

namespace VaeSharp.Priors;

/// <summary>A learned density of autoregressive layers, fast to evaluate; a draw takes a pass for each latent unit.</summary>
[Part("maf", Paper = "Papamakarios, Pavlakou and Murray 2017, Masked Autoregressive Flow for Density Estimation, arXiv:1705.07057, eq. 4",
    Formula = "uᵢ = (zᵢ − m(z₁ … zᵢ₋₁)) exp(−a(z₁ … zᵢ₋₁)), K times, to N(0, I)")]
public sealed record MafPriorSpec : PriorSpec
{
    /// <summary>
    /// Number K of autoregressive layers, each in the reverse order of the one before; 0 is the standard normal prior. Paper: 5 and 10.
    /// </summary>
    [Range(0, 1000)]
    public int Layers { get; init; } = 5;

    /// <summary>Widths of the hidden layers of each layer's network. Paper: one or two of 100 to 1024.</summary>
    [Range(1, 65_536)]
    public IReadOnlyList<long> Hidden { get; init; } = [100];

    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAnywhere | Traits.Reparameterised | Traits.Euclidean | Traits.TwiceDifferentiable;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.Euclidean)];

    /// <inheritdoc/>
    public override Prior Build(LatentSpace latent, DataSpec data) =>
        new FlowPrior(latent, Enumerable.Range(0, Layers).Select(k => new MaskedAutoregressiveFlow(latent, k % 2 == 1, Hidden)));
}

using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Posteriors;

/// <summary>Codes at two resolutions: of blocks of 2 × 2 places, and, with their help, of places; codebooks are running averages.</summary>
[Part("two-level-quantised", Paper = "Razavi, van den Oord and Vinyals 2019, Generating Diverse High-Fidelity Images with VQ-VAE-2, "
    + "arXiv:1906.00446, algorithm 1",
    Formula = "z = [e₁, e₂↑], e₂ nearest to g(f(x)) of each block, e₁ nearest to h(f(x), e₂) of each place;  "
        + "β (Σ ‖g − sg[e₂]‖² + Σ ‖h − sg[e₁]‖²)")]
public sealed record TwoLevelQuantisedPosteriorSpec : AveragedPosteriorSpec
{
    /// <summary>Number of residual blocks between the features at half the resolution and their codes. Paper: 2.</summary>
    [Range(0, 256)]
    public int Blocks { get; init; } = 2;

    /// <inheritdoc/>
    public override string? Refuses(LatentSpace latent) => latent.Units % 2 == 0
        ? null
        : $"divides latent units between two levels, and there are {latent.Units}; choose an even number";

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) =>
        new TwoLevelQuantisedPosterior(features, latent, Blocks, Quantiser(latent.Units / 2), Quantiser(latent.Units / 2));

    private protected override Quantiser Quantiser(long units) => new ResidualQuantiser([Codebook(units)], Commitment, Gradient);
}

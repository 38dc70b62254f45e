using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Posteriors;

/// <summary>The sign of each unit: two to the number of units codes without a codebook.</summary>
[Part("lookup-free", Paper = "Yu et al. 2023, Language Model Beats Diffusion – Tokenizer is Key to Visual Generation, arXiv:2310.05737, "
    + "eq. 4 and 5",
    Formula = "zⱼ = sign fⱼ(x);  λ (E H(q(c|x)) − H(E q(c|x))) + β ‖f − sg[z]‖²")]
public sealed record LookupFreePosteriorSpec : QuantisedPosteriorSpec
{
    private const int Most = 20;

    /// <summary>
    /// Weight λ of the entropies, for each place. Widely used code: 0.1, beside an error that is a mean over pixels and not their sum.
    /// </summary>
    [Range(0, 1e6)]
    public double Entropy { get; init; } = 3;

    /// <summary>Factor on the entropy of all codes, which is to be large, beside that of each, which is to be small. Paper: 1.</summary>
    [Range(0, 1e6)]
    public double Diversity { get; init; } = 1;

    /// <summary>Temperature τ of the soft choice q(c|x) ∝ exp(−‖f − c‖²/τ) whose entropies these are.</summary>
    [Range(1e-3, 1e3)]
    public double Temperature { get; init; } = 1;

    /// <summary>Weight β of the squared distance that draws vectors to their codes.</summary>
    [Range(0, 1e6)]
    public double Commitment { get; init; } = 0.25;

    /// <inheritdoc/>
    public override string? Refuses(LatentSpace latent) =>
        latent.Units <= Most ? null : $"has two to the number of latent units codes: {Most} units at most, and there are {latent.Units}";

    private protected override Quantiser Quantiser(long units) => new LookupFreeQuantiser(this, units);
}

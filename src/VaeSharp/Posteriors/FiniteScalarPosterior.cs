using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Posteriors;

/// <summary>Each unit is rounded to one of a few levels: a codebook that is a lattice, which needs no losses and cannot collapse.</summary>
[Part("finite-scalar", Paper = "Mentzer et al. 2023, Finite Scalar Quantization: VQ-VAE Made Simple, arXiv:2309.15505, section 3",
    Formula = "zⱼ = round(½(Lⱼ − 1) tanh(fⱼ(x) + sⱼ) − oⱼ)/⌊Lⱼ/2⌋")]
public sealed record FiniteScalarPosteriorSpec : QuantisedPosteriorSpec, IValidatableObject
{
    private const double Most = 1 << 20;

    /// <summary>
    /// Number L of levels of each unit, 3 at least: two are signs, which <c>lookup-free</c> has. Their product is the number of codes.
    /// Paper: 8, 5, 5, 5 for about 2¹⁰, and none below 5.
    /// </summary>
    [Range(3, 1024)]
    public IReadOnlyList<long> Levels { get; init; } = [8, 5, 5, 5];

    /// <inheritdoc/>
    public override string? Refuses(LatentSpace latent) => latent.Units == Levels.Count
        ? null
        : $"has a latent unit for each of its {Levels.Count} levels, and there are {latent.Units}; set latent to {Levels.Count}";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Levels.Count == 0 || Levels.Aggregate(1.0, (product, level) => product * level) > Most)
            yield return new($"must have a number at least and a product of 2²⁰ at most, got [{string.Join(", ", Levels)}].",
                [nameof(Levels)]);
    }

    private protected override Quantiser Quantiser(long units) => new FiniteScalarQuantiser(Levels);
}

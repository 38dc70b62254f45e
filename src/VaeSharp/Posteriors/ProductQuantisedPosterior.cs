using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Posteriors;

/// <summary>Groups of units, each with the nearest code of a codebook of its own; codebooks are running averages.</summary>
[Part("product-quantised", Paper = "Kaiser et al. 2018, Fast Decoding in Sequence Models using Discrete Latent Variables, "
    + "arXiv:1803.03382, section 3.2",
    Formula = "z = [e₁, …, e_G], each nearest to its slice of f(x);  β ‖f − sg[z]‖²")]
public sealed record ProductQuantisedPosteriorSpec : AveragedPosteriorSpec
{
    /// <summary>Number G of groups, which the units are divided among. Paper: 2.</summary>
    [Range(1, 1024)]
    public int Groups { get; init; } = 2;

    /// <inheritdoc/>
    public override string? Refuses(LatentSpace latent) => latent.Units % Groups == 0
        ? null
        : $"divides latent units among {Groups} groups, and there are {latent.Units}; choose a multiple";

    private protected override Quantiser Quantiser(long units) => new ProductQuantiser(Enumerable.Range(0, Groups).Select(_ =>
        new ResidualQuantiser([Codebook(units / Groups)], Commitment, Gradient)));
}

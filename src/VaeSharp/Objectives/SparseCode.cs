using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Objectives;

/// <summary>The sum of the units' sizes, which draws small ones to 0.</summary>
[Part("sparse-l1", Paper = "Olshausen and Field 1996, Emergence of Simple-Cell Receptive Field Properties by Learning a Sparse Code for "
    + "Natural Images, Nature 381",
    Formula = "λ Σⱼ |zⱼ|")]
public sealed record SparseCodeSpec : PenaltySpec
{
    /// <summary>Weight λ.</summary>
    [Range(0, 1e6)]
    public Schedule Weight { get; init; } = 0.1;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.Reparameterised | Traits.Euclidean)];

    /// <inheritdoc/>
    public override Objective Build(LatentSpace latent) => new WeightedPenalty("sparse-l1", Weight, static (_, trace, _) =>
        trace.Codes.flatten(2).abs().sum(dim: 2L).mean());
}

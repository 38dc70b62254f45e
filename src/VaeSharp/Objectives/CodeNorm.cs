using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Objectives;

/// <summary>Half the squared length of the codes (RAE): what keeps codes without a prior from running away.</summary>
[Part("code-norm", Paper = "Ghosh et al. 2020, From Variational to Deterministic Autoencoders, arXiv:1903.12436, eq. 9 and 11",
    Formula = "β ½ ‖z‖²")]
public sealed record CodeNormSpec : PenaltySpec
{
    /// <summary>
    /// Weight β. The paper's code has means over elements where losses here are sums: its 10⁻⁴, beside a mean over the 1,024 pixels of its
    /// MNIST and with the squares of 16 units, is 2 · 1,024 / 16 · 10⁻⁴ here.
    /// </summary>
    [Range(0, 1e6)]
    public Schedule Weight { get; init; } = 0.0128;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.Reparameterised | Traits.Euclidean)];

    /// <inheritdoc/>
    public override Objective Build(LatentSpace latent) => new WeightedPenalty("code-norm", Weight, static (_, trace, _) =>
        0.5 * trace.Codes.flatten(2).square().sum(dim: 2L).mean());
}

using System.ComponentModel.DataAnnotations;
using VaeSharp.Models;

namespace VaeSharp.Objectives;

/// <summary>The squared Wasserstein distance of codes and draws from the prior, over projections to lines (SWAE).</summary>
[Part("sliced-wasserstein", Paper = "Kolouri et al. 2018, Sliced-Wasserstein Autoencoder, arXiv:1804.01947, eq. 14 and algorithm 1",
    Formula = "λ (1/L) Σₗ W₂²(θₗᵀz, θₗᵀz̃),  z̃ ~ p(z)")]
public sealed record SlicedWassersteinSpec : PenaltySpec
{
    /// <summary>
    /// Weight λ. The official code has 10 beside a mean over pixels where losses here are sums: for 784 pixels that is 7840 here.
    /// </summary>
    [Range(0, 1e6)]
    public Schedule Weight { get; init; } = 7840;

    /// <summary>Number L of lines, whose directions are drawn anew in each step. Official code: 50.</summary>
    [Range(1, 100_000)]
    public int Projections { get; init; } = 50;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs =>
        [new("posterior", Traits.Reparameterised | Traits.Euclidean), new("prior", Traits.Euclidean)];

    /// <inheritdoc/>
    public override bool MatchesPrior => true;

    /// <inheritdoc/>
    public override Objective Build(LatentSpace latent) => new WeightedPenalty("sliced-wasserstein", Weight, Term);

    private Tensor Term(Autoencoder model, Trace trace, Progress progress)
    {
        var z = trace.Codes.flatten(2);                                                          // [S, B, Z]
        var directions = progress.Noise.Normal([Projections, z.size(2)], z.device);              // [L, Z]
        return Between(z, PriorDraws.Like(z, model, trace, progress), directions);
    }

    /// <summary>
    /// The mean of (θᵀa − θᵀb)² over sorted pairs and lines: a scalar. Normal directions, taken to length 1, are uniform on the sphere.
    /// </summary>
    /// <param name="a">[S, B, Z].</param>
    /// <param name="b">[S, B, Z].</param>
    /// <param name="directions">Normal numbers: [L, Z].</param>
    internal static Tensor Between(Tensor a, Tensor b, Tensor directions)
    {
        var theta = directions / directions.norm(1, keepdim: true).clamp_min(1e-30);
        return (Sorted(a) - Sorted(b)).square().mean();

        Tensor Sorted(Tensor x) => nn.functional.linear(x, theta).transpose(1, 2).contiguous().sort(2).Values;   // [S, L, B]
    }
}

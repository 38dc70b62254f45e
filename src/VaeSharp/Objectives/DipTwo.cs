using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Objectives;

/// <summary>The covariance of the codes themselves, means and spread, is drawn to the identity (DIP-VAE-II).</summary>
[Part("dip-2", Paper = "Kumar, Sattigeri and Balakrishnan 2018, Variational Inference of Disentangled Latent Concepts from Unlabeled "
    + "Observations, arXiv:1711.00848, eq. 7",
    Formula = "λ_od Σ_{i≠j} Cᵢⱼ² + λ_d Σᵢ (Cᵢᵢ − 1)²,  C = Cov(μ) + E[diag σ²]")]
public sealed record DipTwoSpec : PenaltySpec
{
    /// <summary>Weight λ_od of the covariances of different units. Locatello et al. 2019: 1 to 50, by the data.</summary>
    [Range(0, 1e6)]
    public Schedule OffDiagonal { get; init; } = 10;

    /// <summary>Weight λ_d of the distance of the variances from 1. Paper: the same as λ_od.</summary>
    [Range(0, 1e6)]
    public Schedule Diagonal { get; init; } = 10;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs =>
        [new("posterior", Traits.Factorises | Traits.Reparameterised | Traits.Euclidean), new("hierarchy", Traits.OneVariable)];

    /// <inheritdoc/>
    public override Objective Build(LatentSpace latent) => new CovarianceMatching(OffDiagonal, Diagonal, spread: q => q.Variance);
}

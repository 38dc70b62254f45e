using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Objectives;

/// <summary>The covariance of the codes' means over the batch is drawn to the identity (DIP-VAE-I).</summary>
[Part("dip-1", Paper = "Kumar, Sattigeri and Balakrishnan 2018, Variational Inference of Disentangled Latent Concepts from Unlabeled "
    + "Observations, arXiv:1711.00848, eq. 6",
    Formula = "λ_od Σ_{i≠j} Cov(μ)ᵢⱼ² + λ_d Σᵢ (Cov(μ)ᵢᵢ − 1)²")]
public sealed record DipOneSpec : PenaltySpec
{
    /// <summary>Weight λ_od of the covariances of different units. Locatello et al. 2019: 1 to 50, by the data.</summary>
    [Range(0, 1e6)]
    public Schedule OffDiagonal { get; init; } = 10;

    /// <summary>Weight λ_d of the distance of the variances from 1. Paper: ten times λ_od.</summary>
    [Range(0, 1e6)]
    public Schedule Diagonal { get; init; } = 100;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs =>
        [new("posterior", Traits.Reparameterised | Traits.Euclidean | Traits.MeanKnown), new("hierarchy", Traits.OneVariable)];

    /// <inheritdoc/>
    public override Objective Build(LatentSpace latent) => new CovarianceMatching(OffDiagonal, Diagonal, spread: null);
}

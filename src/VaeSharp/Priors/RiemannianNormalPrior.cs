using VaeSharp.Distributions;

namespace VaeSharp.Priors;

/// <summary>The normal distribution of distances from the origin of hyperbolic space.</summary>
[Part("riemannian-normal", Paper = "Mathieu et al. 2019, Continuous Hierarchical Representations with Poincaré Variational Auto-Encoders, "
    + "arXiv:1901.06033, eq. 3",
    Formula = "p(z) ∝ exp(−d(0, z)²/2σ²)")]
public sealed record RiemannianNormalPriorSpec : HyperbolicPriorSpec
{
    /// <inheritdoc/>
    protected override Distribution Family(LatentSpace latent, Device device) =>
        new RiemannianNormal(zeros(latent.Shape, device: device), tensor(Scale, dtype: float64, device: device), latent.Curvature)
        {
            AtOrigin = true,
        };
}

using VaeSharp.Distributions;

namespace VaeSharp.Posteriors;

/// <summary>The normal distribution of distances in hyperbolic space.</summary>
[Part("riemannian-normal", Paper = "Mathieu et al. 2019, Continuous Hierarchical Representations with Poincaré Variational Auto-Encoders, "
    + "arXiv:1901.06033, eq. 3",
    Formula = "q(z|x) ∝ exp(−d(μ(x), z)²/2σ²(x))")]
public sealed record RiemannianNormalPosteriorSpec : HyperbolicPosteriorSpec
{
    /// <inheritdoc/>
    protected override long Scales(LatentSpace latent) => 1;

    /// <inheritdoc/>
    protected override Distribution Family(Tensor mean, Tensor scale, double curvature) =>
        new RiemannianNormal(mean, scale.squeeze(-1), curvature);
}

using VaeSharp.Distributions;

namespace VaeSharp.Posteriors;

/// <summary>A power-spherical distribution: codes lie on the unit sphere.</summary>
/// <remarks>The latent size is the number m of coordinates; the sphere has m − 1 dimensions.</remarks>
[Part("power-spherical", Paper = "De Cao and Aziz 2020, The Power Spherical Distribution, arXiv:2006.04437",
    Formula = "q(z|x) ∝ (1 + μ(x)ᵀz)^κ(x),  ‖z‖ = 1")]
public sealed record PowerSphericalPosteriorSpec : PosteriorSpec
{
    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAtOwnDraw | Traits.DensityAnywhere | Traits.Reparameterised | Traits.Spherical;

    /// <inheritdoc/>
    public override Geometry Geometry => Geometry.Sphere;

    /// <inheritdoc/>
    public override string? Refuses(LatentSpace latent) => SphericalPosterior.Refuses(latent);

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) =>
        new SphericalPosterior(features, latent, static (mean, concentration) => new PowerSpherical(mean, concentration));
}

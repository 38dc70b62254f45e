using VaeSharp.Distributions;

namespace VaeSharp.Posteriors;

/// <summary>A von Mises–Fisher distribution: codes lie on the unit sphere.</summary>
/// <remarks>The latent size is the number m of coordinates; the sphere has m − 1 dimensions.</remarks>
[Part("von-mises-fisher", Paper = "Davidson et al. 2018, Hyperspherical Variational Auto-Encoders, arXiv:1804.00891",
    Formula = "q(z|x) ∝ exp(κ(x) μ(x)ᵀz),  ‖z‖ = 1")]
public sealed record VonMisesFisherPosteriorSpec : PosteriorSpec
{
    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAtOwnDraw | Traits.DensityAnywhere | Traits.Reparameterised | Traits.Spherical;

    /// <inheritdoc/>
    public override Geometry Geometry => Geometry.Sphere;

    /// <inheritdoc/>
    public override string? Refuses(LatentSpace latent) => SphericalPosterior.Refuses(latent);

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) =>
        new SphericalPosterior(features, latent, static (mean, concentration) => new VonMisesFisher(mean, concentration));
}

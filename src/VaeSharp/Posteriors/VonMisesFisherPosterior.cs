using VaeSharp.Distributions;

namespace VaeSharp.Posteriors;

/// <summary>A von Mises–Fisher distribution: codes lie on the unit sphere.</summary>
[Part("von-mises-fisher", Paper = "Davidson et al. 2018, Hyperspherical Variational Auto-Encoders, arXiv:1804.00891",
    Formula = "q(z|x) ∝ exp(κ(x) μ(x)ᵀz),  ‖z‖ = 1")]
public sealed record VonMisesFisherPosteriorSpec : SphericalPosteriorSpec
{
    /// <inheritdoc/>
    protected override Distribution Family(Tensor mean, Tensor concentration) => new VonMisesFisher(mean, concentration);
}

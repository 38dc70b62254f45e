using VaeSharp.Distributions;

namespace VaeSharp.Posteriors;

/// <summary>A power-spherical distribution: codes lie on the unit sphere.</summary>
[Part("power-spherical", Paper = "De Cao and Aziz 2020, The Power Spherical Distribution, arXiv:2006.04437",
    Formula = "q(z|x) ∝ (1 + μ(x)ᵀz)^κ(x),  ‖z‖ = 1")]
public sealed record PowerSphericalPosteriorSpec : SphericalPosteriorSpec
{
    /// <inheritdoc/>
    protected override Distribution Family(Tensor mean, Tensor concentration) => new PowerSpherical(mean, concentration);
}

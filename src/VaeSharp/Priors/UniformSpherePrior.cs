using VaeSharp.Distributions;

namespace VaeSharp.Priors;

/// <summary>Codes are anywhere on the unit sphere alike.</summary>
[Part("uniform-sphere", Paper = "Davidson et al. 2018, Hyperspherical Variational Auto-Encoders, arXiv:1804.00891",
    Formula = "p(z) = 1/|S^{m−1}|,  ‖z‖ = 1")]
public sealed record UniformSpherePriorSpec : PriorSpec
{
    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAnywhere | Traits.Reparameterised | Traits.Spherical
        | Traits.TwiceDifferentiable | Traits.Fixed;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.Spherical)];

    /// <inheritdoc/>
    public override Prior Build(LatentSpace latent, DataSpec data) =>
        new FixedPrior(device => new UniformSphere(latent.Size, device));
}

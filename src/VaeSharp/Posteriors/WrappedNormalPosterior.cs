using VaeSharp.Distributions;

namespace VaeSharp.Posteriors;

/// <summary>A normal distribution of steps, wrapped onto hyperbolic space.</summary>
[Part("wrapped-normal", Paper = "Mathieu et al. 2019, Continuous Hierarchical Representations with Poincaré Variational Auto-Encoders, "
    + "arXiv:1901.06033, eq. 4; Nagano et al. 2019, A Wrapped Normal Distribution on Hyperbolic Space, arXiv:1902.02992",
    Formula = "z = exp_μ(x)(v),  v ~ N(0, diag σ²(x))")]
public sealed record WrappedNormalPosteriorSpec : HyperbolicPosteriorSpec
{
    /// <inheritdoc/>
    protected override long Scales(LatentSpace latent) => latent.Size;

    /// <inheritdoc/>
    protected override Distribution Family(Tensor mean, Tensor scale, double curvature) => new WrappedNormal(mean, scale, curvature);
}

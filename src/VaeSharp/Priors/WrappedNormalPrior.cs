using VaeSharp.Distributions;

namespace VaeSharp.Priors;

/// <summary>A normal distribution of steps from the origin, wrapped onto hyperbolic space.</summary>
[Part("wrapped-normal", Paper = "Mathieu et al. 2019, Continuous Hierarchical Representations with Poincaré Variational Auto-Encoders, "
    + "arXiv:1901.06033, eq. 4; Nagano et al. 2019, A Wrapped Normal Distribution on Hyperbolic Space, arXiv:1902.02992",
    Formula = "z = exp_0(v),  v ~ N(0, σ²I)")]
public sealed record WrappedNormalPriorSpec : HyperbolicPriorSpec
{
    /// <inheritdoc/>
    protected override Distribution Family(LatentSpace latent, Device device) =>
        new WrappedNormal(zeros(latent.Shape, device: device), full(1, Scale, dtype: float64, device: device), latent.Curvature)
        {
            AtOrigin = true,
        };
}

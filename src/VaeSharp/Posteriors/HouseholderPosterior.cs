using System.ComponentModel.DataAnnotations;
using VaeSharp.Flows;

namespace VaeSharp.Posteriors;

/// <summary>A normal distribution, turned by reflections, so that its units depend on each other.</summary>
[Part("householder", Paper = "Tomczak and Welling 2016, Improving Variational Auto-Encoders using Householder Flow, arXiv:1611.09630",
    Formula = "q(z|x) = N(Uμ(x), U diag σ²(x) Uᵀ), U = H_T … H₁, H = I − 2vvᵀ/‖v‖²")]
public sealed record HouseholderPosteriorSpec : PosteriorSpec
{
    /// <summary>Number T of reflections; 0 is the gaussian posterior. Paper: 1 to 10.</summary>
    [Range(0, 1000)]
    public int Layers { get; init; } = 10;

    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAtOwnDraw | Traits.DensityAnywhere | Traits.Reparameterised | Traits.Euclidean
        | Traits.TwiceDifferentiable | Traits.MeanKnown;

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) => Layers == 0
        ? new GaussianPosterior(features, latent)
        : new FlowPosterior(features, latent, new HouseholderFlow(features, latent, Layers));
}

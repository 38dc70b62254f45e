using System.ComponentModel.DataAnnotations;
using VaeSharp.Flows;

namespace VaeSharp.Posteriors;

/// <summary>A normal distribution, drawn together or pushed apart around points by a flow.</summary>
[Part("radial", Paper = "Rezende and Mohamed 2015, Variational Inference with Normalizing Flows, arXiv:1505.05770, eq. 14",
    Formula = "z ← z + β (z − z₀)/(α + ‖z − z₀‖), K times, from N(μ(x), diag σ²(x))")]
public sealed record RadialPosteriorSpec : PosteriorSpec
{
    /// <summary>Number K of maps; 0 is the gaussian posterior. Paper: 10 to 80.</summary>
    [Range(0, 1000)]
    public int Layers { get; init; } = 10;

    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAtOwnDraw | Traits.Reparameterised | Traits.Euclidean | Traits.TwiceDifferentiable;

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) => Layers == 0
        ? new GaussianPosterior(features, latent)
        : new FlowPosterior(features, latent, new RadialFlow(features, latent, Layers));
}

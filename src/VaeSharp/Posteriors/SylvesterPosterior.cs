using System.ComponentModel.DataAnnotations;
using VaeSharp.Flows;

namespace VaeSharp.Posteriors;

/// <summary>A normal distribution, bent along all directions at once by a flow.</summary>
[Part("sylvester", Paper = "van den Berg et al. 2018, Sylvester Normalizing Flows for Variational Inference, arXiv:1803.05649",
    Formula = "z ← z + Q R tanh(R̃ Qᵀz + b), K times, from N(μ(x), diag σ²(x))")]
public sealed record SylvesterPosteriorSpec : PosteriorSpec
{
    /// <summary>Number K of maps; 0 is the gaussian posterior. Paper: 4 to 16.</summary>
    [Range(0, 1000)]
    public int Layers { get; init; } = 4;

    /// <summary>How the orthogonal matrices Q are made.</summary>
    public SylvesterBasis Basis { get; init; }

    /// <summary>Number of Householder reflections that make one Q, at most one for each latent unit. Paper: 4 and 8.</summary>
    [Range(1, 65_536)]
    public int Reflections { get; init; } = 8;

    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAtOwnDraw | Traits.Reparameterised | Traits.Euclidean | Traits.TwiceDifferentiable;

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) => Layers == 0
        ? new GaussianPosterior(features, latent)
        : new FlowPosterior(features, latent, new SylvesterFlow(features, latent, Layers, Basis, Reflections));
}

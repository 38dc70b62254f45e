using System.ComponentModel.DataAnnotations;
using VaeSharp.Flows;

namespace VaeSharp.Posteriors;

/// <summary>A normal distribution, then autoregressive steps that the encoder leads.</summary>
[Part("iaf", Paper = "Kingma et al. 2016, Improving Variational Inference with Inverse Autoregressive Flow, arXiv:1606.04934, algorithm 1",
    Formula = "z ← σ ⊙ z + (1 − σ) ⊙ m with [m, s] = MADE(z, h(x)), σ = sigmoid(s + 2), T times, from N(μ(x), diag σ²(x))")]
public sealed record IafPosteriorSpec : PosteriorSpec
{
    /// <summary>Number T of steps; 0 is the gaussian posterior. Paper: 2 to 8.</summary>
    [Range(0, 1000)]
    public int Layers { get; init; } = 2;

    /// <summary>Widths of the hidden layers of each step's network. Paper: 320 and 1920.</summary>
    [Range(1, 65_536)]
    public IReadOnlyList<long> Hidden { get; init; } = [320];

    /// <summary>Size C of the context h that the encoder yields beside μ and σ.</summary>
    [Range(1, 65_536)]
    public int Context { get; init; } = 64;

    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAtOwnDraw | Traits.Reparameterised | Traits.Euclidean | Traits.TwiceDifferentiable;

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) => Layers == 0
        ? new GaussianPosterior(features, latent)
        : new FlowPosterior(features, latent, new InverseAutoregressiveFlow(features, latent, Layers, Hidden, Context));
}

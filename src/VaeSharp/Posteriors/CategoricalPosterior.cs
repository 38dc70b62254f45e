using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Posteriors;

/// <summary>Choices of categories: each latent unit is a one-hot vector, made smooth while the model trains (Gumbel-softmax).</summary>
/// <remarks>
/// In training the decoder sees softmax((log π + g)/τ) with Gumbel noise g, and in evaluation the one-hot vectors themselves. The
/// divergence is that of the choices, in closed form; bounds of importance weights have the densities of the smooth ones, with the prior
/// smooth at the same temperature.
/// </remarks>
[Part("categorical", Paper = "Jang, Gu and Poole 2017, Categorical Reparameterization with Gumbel-Softmax, arXiv:1611.01144, eq. 2; "
    + "Maddison, Mnih and Teh 2017, The Concrete Distribution: A Continuous Relaxation of Discrete Random Variables, arXiv:1611.00712",
    Formula = "q(z|x) = ∏ Cat(π(x)),  z ≈ softmax((log π + g)/τ)")]
public sealed record CategoricalPosteriorSpec : PosteriorSpec
{
    /// <summary>Number K of categories of each latent unit. Paper: 10.</summary>
    [Range(2, 65_536)]
    public int Categories { get; init; } = 10;

    /// <summary>Temperature τ while the model trains. Paper: from 1 down to 0.5.</summary>
    [Range(0.01, 100)]
    public Schedule Temperature { get; init; } = Relaxation.Annealed;

    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAtOwnDraw | Traits.DensityAnywhere | Traits.Factorises | Traits.Reparameterised
        | Traits.TwiceDifferentiable | Traits.MeanKnown | Traits.OneHot;

    /// <inheritdoc/>
    public override LatentSpace Space(int latent) =>
        new((long)latent * Categories) { Geometry = Geometry.Convex, Categories = [.. Enumerable.Repeat((long)Categories, latent)] };

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) => new CategoricalPosterior(this, features, latent);
}

/// <summary>q(z|x) = ∏ Cat(π(x)), π the softmax of logits.</summary>
public sealed class CategoricalPosterior : Posterior
{
    private readonly Linear logits;
    private readonly CategoricalPosteriorSpec spec;

    /// <summary>Makes the head, for the logits of all categories of all variables.</summary>
    public CategoricalPosterior(CategoricalPosteriorSpec spec, long features, LatentSpace latent) : base(nameof(CategoricalPosterior))
    {
        this.spec = spec;
        logits = new Linear(features, latent.Size);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Distribution For(Tensor features, Batch batch, LogJoint logJoint, Progress progress)
    {
        var choices = logits.call(features).view(-1, logits.Outputs / spec.Categories, spec.Categories);   // [B, Z, K]
        return Relaxation.Of(choices, spec.Temperature, progress);
    }

    /// <inheritdoc/>
    public override void Describe(LayerGraph graph, LayerNode features, LatentSpace latent) =>
        DescribeHeads(graph, features, latent, (logits, "z_logits"));
}

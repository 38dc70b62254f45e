using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Posteriors;

/// <summary>A normal distribution with independent units.</summary>
[Part("gaussian", Paper = "Kingma and Welling 2014, Auto-Encoding Variational Bayes, arXiv:1312.6114",
    Formula = "q(z|x) = N(μ(x), diag σ²(x))")]
public sealed record GaussianPosteriorSpec : PosteriorSpec
{
    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAtOwnDraw | Traits.DensityAnywhere | Traits.Factorises | Traits.Reparameterised
        | Traits.Euclidean | Traits.TwiceDifferentiable | Traits.MeanKnown;

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) => new GaussianPosterior(features, latent);
}

/// <summary>q(z|x) = N(μ(x), diag σ²(x)).</summary>
public sealed class GaussianPosterior : Posterior
{
    private readonly Linear mean;
    private readonly Linear logVar;

    /// <summary>Makes the two heads, for μ and log σ².</summary>
    public GaussianPosterior(long features, LatentSpace latent) : base(nameof(GaussianPosterior))
    {
        mean = new Linear(features, latent.Size);
        logVar = new Linear(features, latent.Size);
        RegisterComponents();
    }

    /// <inheritdoc/>
    /// <remarks>log σ² is held to [−30, 20], so that neither σ² nor 1/σ² can overflow.</remarks>
    public override Distribution For(Tensor features, Batch batch, LogJoint logJoint, Progress progress) =>
        new Normal(mean.call(features), Normal.Held(logVar.call(features)));

    /// <inheritdoc/>
    public override void Describe(LayerGraph graph, LayerNode features, LatentSpace latent)
    {
        var (zMean, zLogVar) = (graph.Dense(mean, features, name: "z_mean"), graph.Dense(logVar, features, name: "z_log_var"));
        graph.End(zMean, zLogVar, graph.Sample(zMean, zLogVar));
    }
}

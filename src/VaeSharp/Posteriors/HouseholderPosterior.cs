using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Flows;
using VaeSharp.Networks;

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
        : new HouseholderPosterior(features, latent, Layers);
}

/// <summary>q(z|x) = N(Uμ(x), U diag σ²(x) Uᵀ) with U a product of reflections.</summary>
public sealed class HouseholderPosterior : Posterior
{
    private readonly Linear mean;
    private readonly Linear logVar;
    private readonly HouseholderFlow flow;

    /// <summary>Makes the heads, for μ, log σ² and the vectors of the reflections.</summary>
    public HouseholderPosterior(long features, LatentSpace latent, int layers) : base(nameof(HouseholderPosterior))
    {
        mean = new Linear(features, latent.Size);
        logVar = new Linear(features, latent.Size);
        flow = new HouseholderFlow(features, latent, layers);
        RegisterComponents();
    }

    /// <inheritdoc/>
    /// <remarks>log σ² is held to [−30, 20], as in <see cref="GaussianPosterior"/>.</remarks>
    public override Distribution For(Tensor features, Batch batch, LogJoint logJoint, Progress progress) =>
        Reflected(new Normal(mean.call(features), logVar.call(features).clamp(-30, 20)), flow.Vectors(features));

    /// <inheritdoc/>
    public override void Describe(LayerGraph graph, LayerNode features, LatentSpace latent)
    {
        var (zMean, zLogVar) = (graph.Dense(mean, features, name: "z_mean"), graph.Dense(logVar, features, name: "z_log_var"));
        graph.End(graph.Other(flow, latent.Shape, graph.Sample(zMean, zLogVar), features));
    }

    // A reflection is its own inverse, so the density is known anywhere.
    private static Transformed Reflected(Distribution normal, Tensor[] vectors) => new(normal, z => HouseholderFlow.Reflect(z, vectors))
    {
        KeepsLengths = true,
        Inverse = z => HouseholderFlow.Reflect(z, vectors.Reverse()),
        WithoutGradient = () => Reflected(normal.Detached(), [.. vectors.Select(vector => vector.detach())]),
    };
}

using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Posteriors;

/// <summary>Shares that sum to 1, one more than there are latent units: the softmax of a normal distribution.</summary>
[Part("logistic-normal", Paper = "Srivastava and Sutton 2017, Autoencoding Variational Inference for Topic Models, arXiv:1703.01488",
    Formula = "z = softmax(Vu),  q(u|x) = N(μ(x), diag σ²(x))")]
public sealed record LogisticNormalPosteriorSpec : PosteriorSpec
{
    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAtOwnDraw | Traits.DensityAnywhere | Traits.Reparameterised | Traits.TwiceDifferentiable
        | Traits.Simplex;

    /// <inheritdoc/>
    public override LatentSpace Space(int latent) => new(latent + 1L) { Geometry = Geometry.Convex };

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) => new LogisticNormalPosterior(features, latent);
}

/// <summary>z = softmax(Vu), q(u|x) = N(μ(x), diag σ²(x)).</summary>
public sealed class LogisticNormalPosterior : Posterior
{
    private readonly Linear mean;
    private readonly Linear logVar;

    /// <summary>Makes the two heads, for μ and log σ².</summary>
    public LogisticNormalPosterior(long features, LatentSpace latent) : base(nameof(LogisticNormalPosterior))
    {
        mean = new Linear(features, latent.Size - 1);
        logVar = new Linear(features, latent.Size - 1);
        RegisterComponents();
    }

    /// <inheritdoc/>
    /// <remarks>log σ² is held to [−30, 20].</remarks>
    public override Distribution For(Tensor features, Batch batch, LogJoint logJoint, Progress progress) =>
        new LogisticNormal(new Normal(mean.call(features), Normal.Held(logVar.call(features))));

    /// <inheritdoc/>
    public override void Describe(LayerGraph graph, LayerNode features, LatentSpace latent) =>
        DescribeHeads(graph, features, latent, (mean, "u_mean"), (logVar, "u_log_var"));
}

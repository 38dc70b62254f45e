using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Posteriors;

/// <summary>One code for each example, without spread: an autoencoder that is not variational.</summary>
[Part("point", Formula = "q(z|x) = δ(z − f(x))")]
public sealed record PointPosteriorSpec : PosteriorSpec
{
    /// <inheritdoc/>
    public override Traits Gives => Traits.Reparameterised | Traits.Euclidean | Traits.TwiceDifferentiable | Traits.MeanKnown;

    /// <inheritdoc/>
    /// <remarks>Without a density there is no divergence, and with it nothing that a prior could learn from.</remarks>
    public override IReadOnlyList<Need> Needs => [new("prior", Traits.Fixed)];

    /// <inheritdoc/>
    public override bool IsCertain => true;

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) => new PointPosterior(features, latent);
}

/// <summary>q(z|x) = δ(z − f(x)).</summary>
public sealed class PointPosterior : Posterior
{
    private readonly Linear code;

    /// <summary>Makes the head.</summary>
    public PointPosterior(long features, LatentSpace latent) : base(nameof(PointPosterior))
    {
        code = new Linear(features, latent.Size);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Distribution For(Tensor features, Batch batch, LogJoint logJoint, Progress progress) =>
        new Delta(code.call(features));

    /// <inheritdoc/>
    public override void Describe(LayerGraph graph, LayerNode features, LatentSpace latent) =>
        graph.End(graph.Dense(code, features, name: "z"));
}

using VaeSharp.Distributions;
using VaeSharp.Flows;
using VaeSharp.Networks;

namespace VaeSharp.Posteriors;

/// <summary>q(z|x): the image of N(μ(x), diag σ²(x)) under a flow that depends on x.</summary>
/// <remarks>Its mean, which is the code, is the image of μ(x); that is the mean of q itself only where the flow is linear.</remarks>
public sealed class FlowPosterior : Posterior
{
    private readonly Linear mean;
    private readonly Linear logVar;
    private readonly Flow flow;

    /// <summary>Makes the two heads, for μ and log σ², in front of a flow.</summary>
    public FlowPosterior(long features, LatentSpace latent, Flow flow) : base(nameof(FlowPosterior))
    {
        mean = new Linear(features, latent.Size);
        logVar = new Linear(features, latent.Size);
        this.flow = flow;
        RegisterComponents();
    }

    /// <inheritdoc/>
    /// <remarks>log σ² is held to [−30, 20], as in <see cref="GaussianPosterior"/>.</remarks>
    public override Distribution For(Tensor features, Batch batch, LogJoint logJoint, Progress progress) =>
        flow.Of(new Normal(mean.call(features), Normal.Held(logVar.call(features))), features);

    /// <inheritdoc/>
    public override void Describe(LayerGraph graph, LayerNode features, LatentSpace latent)
    {
        var (zMean, zLogVar) = (graph.Dense(mean, features, name: "z_mean"), graph.Dense(logVar, features, name: "z_log_var"));
        graph.End(graph.Other(flow, latent.Shape, graph.Sample(zMean, zLogVar), features));
    }
}

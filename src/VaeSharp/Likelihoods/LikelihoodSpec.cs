using VaeSharp.Distributions;
using VaeSharp.Networks;
using VaeSharp.Specs;

namespace VaeSharp.Likelihoods;

/// <summary>p(x|z), from the decoder's output; it owns the scaling of data.</summary>
[PartKind("likelihood", "likelihoods")]
public abstract record LikelihoodSpec : PartSpec
{
    /// <inheritdoc/>
    public override Traits Gives => Traits.NormalisedLikelihood | Traits.TwiceDifferentiable;

    /// <summary>Whether p(x|z) adds up to 1 over everything that such data can be.</summary>
    public virtual bool IsDensityOf(DataSpec data) => Gives.HasFlag(Traits.NormalisedLikelihood);

    /// <summary>Why data that are no images are refused; null for images.</summary>
    private protected static string? NeedsImages(DataSpec data) => data.NeedsImages("gaussian or laplace");

    /// <summary>Builds the likelihood.</summary>
    public abstract Likelihood Build(DataSpec data);
}

/// <summary>From the decoder's output to p(x|z).</summary>
/// <param name="name">The name of the module.</param>
public abstract class Likelihood(string name) : nn.Module(name)
{
    /// <summary>Number P of parameters for each data element that the decoder yields.</summary>
    public abstract long Parameters { get; }

    /// <summary>
    /// What −log p(x|z) has beside an error that is 0 for a perfect reconstruction, in nats per example: ½ D log 2πσ² for a known σ.
    /// A loss less this is the number that Keras scripts and others print. 0 where there is no such constant.
    /// </summary>
    public virtual double Constant => 0;

    /// <summary>p(x|z).</summary>
    /// <param name="parameters">The decoder's output: [.., P, *shape].</param>
    /// <param name="x">The examples, where the pass trains; null else.</param>
    public abstract Distribution For(Tensor parameters, Tensor? x);

    /// <summary>Writes down how the decoder's output becomes the mean of p(x|z).</summary>
    /// <param name="graph">Where it is written down.</param>
    /// <param name="parameters">The decoder's output.</param>
    public virtual LayerNode Describe(LayerGraph graph, LayerNode parameters) => graph.Other(this, parameters.Shape, parameters);

    /// <summary>What gradients do not move; called once after each step.</summary>
    /// <param name="distribution">p(x|z) of the step.</param>
    /// <param name="progress">Where the training stands.</param>
    public virtual void Update(Distribution distribution, Progress progress)
    {
    }
}

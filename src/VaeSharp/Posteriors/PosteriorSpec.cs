using VaeSharp.Distributions;
using VaeSharp.Flows;
using VaeSharp.Networks;
using VaeSharp.Specs;

namespace VaeSharp.Posteriors;

/// <summary>q(z|x): its family, and how z is drawn.</summary>
[PartKind("posterior", "posteriors")]
public abstract record PosteriorSpec : PartSpec
{
    /// <summary>The space that codes live in: all vectors of so many units, but where the posterior says otherwise.</summary>
    /// <param name="latent">Number of latent units.</param>
    public virtual LatentSpace Space(int latent) => new(latent);

    /// <summary>Whether codes of images keep a vector for each place, where the network leaves places.</summary>
    public virtual bool KeepsPlaces => false;

    /// <summary>Whether q(z|x) is one code, so that all draws are equal.</summary>
    public virtual bool IsCertain => false;

    /// <summary>How many draws say as much as a number of them: one where all are equal.</summary>
    internal int Draws(int samples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        return IsCertain ? 1 : samples;
    }

    /// <summary>Whether it learns a metric of codes, which new codes can be drawn by.</summary>
    public virtual bool HasMetric => false;

    /// <summary>Builds the posterior's own layers.</summary>
    /// <param name="features">Number of features that the encoder yields.</param>
    /// <param name="latent">The space of codes.</param>
    public abstract Posterior Build(long features, LatentSpace latent);
}

/// <summary>The layers between the encoder's features and q(z|x).</summary>
/// <param name="name">The name of the module.</param>
public abstract class Posterior(string name) : nn.Module(name)
{
    /// <summary>q(z|x).</summary>
    /// <param name="features">What the encoder yields: [B, F].</param>
    /// <param name="batch">The examples.</param>
    /// <param name="logJoint">log p(x, z) of the batch, for posteriors that follow its gradient.</param>
    /// <param name="progress">Where the training stands.</param>
    public abstract Distribution For(Tensor features, Batch batch, LogJoint logJoint, Progress progress);

    /// <summary>The codes that it chooses among; null where a code may be any point of a space.</summary>
    public virtual ICodes? Codes => null;

    /// <summary>New codes where the metric that it learned says that codes of data are: [count, *latent].</summary>
    /// <param name="count">Number of codes.</param>
    /// <param name="chain">How they walk there.</param>
    /// <param name="noise">The source of randomness.</param>
    /// <exception cref="NotSupportedException">It learns none.</exception>
    public virtual Tensor DrawByMetric(long count, HamiltonianChainSpec chain, Noise noise) =>
        throw new NotSupportedException($"{GetType().Name} has no metric.");

    /// <summary>
    /// Losses that come with q(z|x), as those of a codebook do: a name, and [B] or a scalar, in nats, summed over places.
    /// </summary>
    /// <param name="distribution">q(z|x).</param>
    public virtual IReadOnlyList<(string Name, Tensor Value)> Losses(Distribution distribution) => [];

    /// <summary>What the log has of q(z|x) beside its losses and divergence: a name and a scalar.</summary>
    /// <param name="distribution">q(z|x).</param>
    public virtual IReadOnlyList<(string Name, Tensor Value)> Measures(Distribution distribution) => [];

    /// <summary>What gradients do not move; called once after each step.</summary>
    /// <param name="distribution">q(z|x) of the step.</param>
    /// <param name="progress">Where the training stands.</param>
    public virtual void Update(Distribution distribution, Progress progress)
    {
    }

    /// <summary>Writes down its layers.</summary>
    /// <param name="graph">Where they are written down.</param>
    /// <param name="features">What the encoder yields.</param>
    /// <param name="latent">The space of codes.</param>
    public virtual void Describe(LayerGraph graph, LayerNode features, LatentSpace latent) =>
        graph.End(graph.Other(this, latent.Shape, features));

    /// <summary>Writes down heads beside each other, and behind them what is made of their outputs.</summary>
    private protected void DescribeHeads(
        LayerGraph graph, LayerNode features, LatentSpace latent, params (Linear Layer, string Name)[] heads)
    {
        LayerNode[] nodes = [.. heads.Select(head => graph.Dense(head.Layer, features, name: head.Name))];
        graph.End([.. nodes, graph.Other(this, latent.Shape, nodes)]);
    }
}

using VaeSharp.Models;
using VaeSharp.Specs;

namespace VaeSharp.Objectives;

/// <summary>What training minimises: a bound on the likelihood, or a penalty beside one. It owns its critic, if it has any.</summary>
/// <param name="name">The name of the module.</param>
public abstract class Objective(string name) : nn.Module(name)
{
    /// <summary>Number S of draws for each example that it asks of a pass.</summary>
    public virtual int Samples => 1;

    /// <summary>Number of minibatches that it asks of a step; those behind the first come as <see cref="Progress.Others"/>.</summary>
    public virtual int Batches => 1;

    /// <summary>Whether its first loss has −log p(x|z) in it, and with that the likelihood's constant.</summary>
    public virtual bool HasLikelihood => true;

    /// <summary>A scalar for each player, in nats per example, and named terms for the log.</summary>
    public abstract Losses Compute(Autoencoder model, Trace trace, Progress progress);

    /// <summary>Who minimises what. By default one player, who owns the model and whatever the objective itself learns.</summary>
    public virtual IReadOnlyList<Player> Players(Autoencoder model) => [new(Player.Model, [model, this])];
}

/// <summary>A loss that a model trains with: a bound, or a penalty beside one.</summary>
public abstract record LossSpec : PartSpec
{
    /// <summary>
    /// Whether it draws the codes of all data to the prior, so that new examples can be drawn from it without a divergence.
    /// </summary>
    public virtual bool MatchesPrior => false;
}

/// <summary>A bound on log p(x), which training raises.</summary>
[PartKind("objective", "objectives")]
public abstract record BoundSpec : LossSpec
{
    /// <summary>Builds the bound for codes of one space and data of one kind.</summary>
    public abstract Objective Build(LatentSpace latent, DataSpec data);
}

/// <summary>A loss beside the bound.</summary>
[PartKind("penalty", "penalties")]
public abstract record PenaltySpec : LossSpec
{
    /// <summary>Builds the penalty for codes of one space.</summary>
    public abstract Objective Build(LatentSpace latent);
}

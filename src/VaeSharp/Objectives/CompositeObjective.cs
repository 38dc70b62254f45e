using TorchSharp.Modules;
using VaeSharp.Models;

namespace VaeSharp.Objectives;

/// <summary>A bound and any number of penalties, as one objective.</summary>
public sealed class CompositeObjective : Objective
{
    /// <summary>The log's name for the loss less the likelihood's constant, which is the number that Keras scripts print.</summary>
    public const string LossWithoutConstant = "loss-without-constant";

    private readonly Objective bound;
    private readonly ModuleList<Objective> penalties;

    /// <summary>Joins a bound and penalties.</summary>
    public CompositeObjective(Objective bound, IEnumerable<Objective> penalties) : base(nameof(CompositeObjective))
    {
        this.bound = bound;
        this.penalties = nn.ModuleList([.. penalties]);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override int Samples => bound.Samples;

    /// <inheritdoc/>
    public override int Batches => penalties.Select(penalty => penalty.Batches).Append(bound.Batches).Max();

    /// <inheritdoc/>
    public override Losses Compute(Autoencoder model, Trace trace, Progress progress)
    {
        var losses = penalties.Select(penalty => penalty.Compute(model, trace, progress))
            .Aggregate(bound.Compute(model, trace, progress), (sum, loss) => sum.Plus(loss));
        losses = trace.Penalties.Aggregate(losses,
            (sum, brought) => sum.Plus(Losses.Minimise(brought.Value.mean())).Log(brought.Name, brought.Value));
        // A constant of log p(x|z) moves every bound by itself.
        return model.Constant == 0 ? losses : losses.Log(LossWithoutConstant, losses.ByPlayer[0].Loss - model.Constant);
    }

    /// <inheritdoc/>
    /// <remarks>A penalty's player of the model's name joins the bound's, whose owners then include the penalty.</remarks>
    public override IReadOnlyList<Player> Players(Autoencoder model)
    {
        var byName = penalties.SelectMany(penalty => penalty.Players(model)).Prepend(bound.Players(model)[0]).Concat(bound.Players(model).Skip(1))
            .GroupBy(player => player.Name);
        return [.. byName.Select(group => group.First() with { Owners = [.. group.SelectMany(player => player.Owners).Distinct()] })];
    }
}

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
    public override bool HasLikelihood => bound.HasLikelihood;

    /// <inheritdoc/>
    /// <remarks>
    /// What is the model's player's in a penalty is each player's whom the bound divides the model among: a player's gradient reaches his
    /// own parameters only, so that together they get the penalty's gradient once.
    /// </remarks>
    public override Losses Compute(Autoencoder model, Trace trace, Progress progress)
    {
        var losses = bound.Compute(model, trace, progress);
        if (penalties.Count > 0 || trace.Penalties.Count > 0)
            losses = WithPenalties(losses, model, trace, progress);
        foreach (var (name, value) in trace.Measures)
            losses = losses.Log(name, value);
        // A constant of log p(x|z) moves every bound by itself.
        return model.Constant == 0 || !HasLikelihood ? losses : losses.Log(LossWithoutConstant, losses.ByPlayer[0].Loss - model.Constant);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// A penalty's player of the model's name joins the bound's, whose owners then include the penalty. Where the bound divides the model
    /// among players, he joins the first of them, without the model.
    /// </remarks>
    public override IReadOnlyList<Player> Players(Autoencoder model)
    {
        var players = bound.Players(model);
        var divided = players.All(player => player.Name != Player.Model);
        var byName = players.Concat(penalties.SelectMany(penalty => penalty.Players(model)).Select(Join)).GroupBy(player => player.Name);
        return [.. byName.Select(group => group.First() with { Owners = [.. group.SelectMany(player => player.Owners).Distinct()] })];

        Player Join(Player player) => divided && player.Name == Player.Model
            ? player with { Name = players[0].Name, Owners = [.. player.Owners.Where(owner => owner != model)] }
            : player;
    }

    private Losses WithPenalties(Losses losses, Autoencoder model, Trace trace, Progress progress)
    {
        var players = Sharing(losses, model);
        foreach (var penalty in penalties)
            losses = losses.Plus(penalty.Compute(model, trace, progress).SharedBy(players));
        foreach (var (name, value) in trace.Penalties)
            losses = losses.Plus(Losses.Minimise(value.mean()).SharedBy(players)).Log(name, value);
        return losses;
    }

    // The bound's players who own some of the model: its critic does not.
    private string[] Sharing(Losses losses, Autoencoder model)
    {
        var parts = Enum.GetValues<Side>().SelectMany(model.Side).Append(model).ToHashSet();
        var owners = bound.Players(model).Where(player => player.Owners.Any(parts.Contains)).Select(player => player.Name);
        return [.. losses.ByPlayer.Select(loss => loss.Player).Intersect(owners)];
    }
}

namespace VaeSharp.Objectives;

/// <summary>A scalar for each player who has something to minimise in this step, and named terms for the log. Immutable.</summary>
public sealed class Losses
{
    private Losses(IReadOnlyList<(string, Tensor)> byPlayer, IReadOnlyList<(string, Tensor)> terms) =>
        (ByPlayer, Terms) = (byPlayer, terms);

    /// <summary>A player's name and the scalar that he minimises, in nats per example.</summary>
    public IReadOnlyList<(string Player, Tensor Loss)> ByPlayer { get; }

    /// <summary>A name and a scalar, in nats per example, that no gradient flows through.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Terms { get; }

    /// <summary>A loss of the model's player.</summary>
    public static Losses Minimise(Tensor loss) => Minimise(Player.Model, loss);

    /// <summary>
    /// A loss of a player; the first player's is the one that is reported as the loss, and that the best weights are chosen by.
    /// </summary>
    public static Losses Minimise(string player, Tensor loss) => new([(player, loss)], []);

    /// <summary>Adds a loss of another player.</summary>
    public Losses And(string player, Tensor loss) => new([.. ByPlayer, (player, loss)], Terms);

    /// <summary>Adds a term to log: the mean of a tensor of any shape.</summary>
    public Losses Log(string name, Tensor values) => new(ByPlayer, [.. Terms, (name, values.detach().mean())]);

    /// <summary>The same, where what is the model's player's is each of these players', if the model is divided among them.</summary>
    public Losses SharedBy(IReadOnlyList<string> players)
    {
        return players.Contains(Player.Model) ? this : new Losses([.. ByPlayer.SelectMany(Share)], Terms);

        IEnumerable<(string, Tensor)> Share((string Player, Tensor Loss) loss) =>
            loss.Player == Player.Model ? players.Select(player => (player, loss.Loss)) : [loss];
    }

    /// <summary>
    /// Both together: losses of the same player are added. Of terms with the same name the second gets a number behind it: two estimates of
    /// one quantity are two, not their sum.
    /// </summary>
    public Losses Plus(Losses other)
    {
        var merged = ByPlayer.Concat(other.ByPlayer).GroupBy(loss => loss.Player)
            .Select(group => (group.Key, group.Select(loss => loss.Loss).Aggregate((sum, loss) => sum + loss)));
        return new Losses([.. merged], [.. Terms, .. other.Terms.Select(term => (Unused(term.Name), term.Value))]);

        string Unused(string name) => Enumerable.Range(1, Terms.Count + 1)
            .Select(i => i == 1 ? name : $"{name}-{i}").First(free => Terms.All(term => term.Name != free));
    }
}

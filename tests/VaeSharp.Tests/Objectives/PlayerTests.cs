using VaeSharp.Models;
using VaeSharp.Numerics;
using VaeSharp.Objectives;
using VaeSharp.Optimizers;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Objectives;

/// <summary>Who moves what. A loss that moves another player's weights is the bug of three of four public FactorVAEs.</summary>
public sealed class PlayerTests
{
    /// <summary>Rows whose objective has parameters of its own.</summary>
    public static TheoryData<string> RowsWithCritics
    {
        get
        {
            using var noise = new SeededNoise(1);
            return
            [
                .. from row in ModelZoo.Rows
                   where Examples.Shrink(row.Spec).BuildObjective(Examples.Images(), noise).parameters().Any()
                   select row.Name,
            ];
        }
    }

    public static TheoryData<string> Rows => [.. ModelZoo.Rows.Select(row => row.Name)];

    private static (Autoencoder Model, Objective Objective) Build(string row)
    {
        using var noise = new SeededNoise(1);
        var spec = Examples.Shrink(ModelZoo.Find(row).Spec);
        return (spec.Build(Examples.Images(), noise), spec.BuildObjective(Examples.Images(), noise));
    }

    private static Losses Losses(Autoencoder model, Objective objective, int others)
    {
        var noise = new SeededNoise(2);
        var progress = new Progress(noise)
        {
            Training = true,
            TrainingSetSize = 100,
            TotalSteps = 100,
            Step = 1,
            Others = [.. Enumerable.Range(0, others).Select(i => Examples.Batch(seed: 200 + i))],
        };
        return objective.Compute(model, model.Infer(Examples.Batch(), objective.Samples, progress), progress);
    }

    private static List<Tensor> Parameters(Player player) => [.. player.Owners.SelectMany(owner => owner.parameters()).Cast<Tensor>()];

    [Theory, MemberData(nameof(Rows))]
    public void Every_parameter_belongs_to_exactly_one_player(string row)
    {
        using var scope = NewDisposeScope();
        var (model, objective) = Build(row);
        var owned = objective.Players(model).SelectMany(Parameters).Select(p => p.Handle).ToList();
        var all = model.parameters().Concat(objective.parameters()).Select(p => p.Handle).ToList();
        Assert.Equal(owned.Count, owned.Distinct().Count());
        Assert.Equal(all.Order(), owned.Order());
        Assert.Equal(objective.Players(model).Count, objective.Players(model).Select(player => player.Name).Distinct().Count());
    }

    [Theory, MemberData(nameof(Rows))]
    public void The_two_sides_share_nothing_and_are_the_whole_model(string row)
    {
        using var scope = NewDisposeScope();
        var (model, _) = Build(row);
        var sides = Enum.GetValues<Side>().SelectMany(model.Side).SelectMany(module => module.parameters()).Select(p => p.Handle).ToList();
        Assert.Equal(model.parameters().Select(p => p.Handle).Order(), sides.Order());
    }

    /// <summary>
    /// By the trainer's own players: each parameter of the one whose loss is passed back gets a gradient, and nobody else's does.
    /// </summary>
    [Theory, MemberData(nameof(Rows))]
    public void A_players_loss_moves_that_players_parameters_and_no_others(string row)
    {
        using var scope = NewDisposeScope();
        var (model, objective) = Build(row);
        var losses = Losses(model, objective, objective.Batches - 1);
        var players = objective.Players(model);
        Assert.Equal(players.Select(player => player.Name).Order(), losses.ByPlayer.Select(loss => loss.Player).Order());
        using var copies = new WeightCopies();
        foreach (var (name, loss) in losses.ByPlayer)
        {
            var player = players.Single(player => player.Name == name);
            var own = Parameters(player);
            foreach (var parameter in players.SelectMany(Parameters))
                parameter.grad = null;
            using (var training = new TrainingPlayer(player, new AdamSpec(), copies))
                training.Backward(loss, keepGraph: true);
            foreach (var parameter in players.SelectMany(Parameters))
                Assert.Equal(own.Any(mine => mine.Handle == parameter.Handle), parameter.grad is not null);
            Assert.Contains(own, parameter => parameter.grad!.abs().max().item<float>() > 0);
        }
    }

    /// <summary>
    /// A critic learns to tell; what it is told about does not move for it. Codes are detached in the critic's loss, so that even a
    /// backward pass without a list of inputs gives the model nothing.
    /// </summary>
    [Theory, MemberData(nameof(RowsWithCritics))]
    public void A_critics_loss_has_no_gradient_for_the_model(string row)
    {
        using var scope = NewDisposeScope();
        var (model, objective) = Build(row);
        var parts = model.parameters().Select(p => p.Handle).ToHashSet();
        var apart = objective.Players(model).Where(player => !Parameters(player).Any(p => parts.Contains(p.Handle)));
        var names = apart.Select(player => player.Name).ToList();
        Assert.NotEmpty(names);
        var critics = Losses(model, objective, objective.Batches - 1).ByPlayer.Where(loss => names.Contains(loss.Player)).ToList();
        foreach (var (_, loss) in critics)
            loss.backward(retain_graph: true);
        Assert.All(model.parameters(), parameter => Assert.Null(parameter.grad));
        Assert.Equal(names.Count, critics.Count);
    }

    /// <summary>The model does move for its critic: total correlation has a gradient for the encoder, and none for the decoder.</summary>
    [Fact]
    public void Total_correlation_moves_the_encoder_alone()
    {
        using var scope = NewDisposeScope();
        var (model, _) = Build("factor-vae");
        using var noise = new SeededNoise(3);
        var penalty = new DensityRatioSpec { Layers = 2, Width = 16 }.Build(model.Latent);
        penalty.Initialise(noise);
        Losses(model, penalty, others: 0).ByPlayer.Single().Loss.backward();
        Assert.All(model.Side(Side.Inference).SelectMany(module => module.parameters()), parameter => Assert.NotNull(parameter.grad));
        Assert.All(model.Side(Side.Generation).SelectMany(module => module.parameters()), parameter => Assert.Null(parameter.grad));
    }

    /// <summary>
    /// Where the bound divides the model among players, a penalty's loss is each of theirs, and each gets of its gradient what is his
    /// own's: together once, as if the model had one player.
    /// </summary>
    [Fact]
    public void A_penalty_beside_a_divided_model_moves_every_part_of_it_once()
    {
        using var scope = NewDisposeScope();
        var (model, divided) = Build("piwae");
        using var noise = new SeededNoise(4);
        var penalty = new WeightPenalty(model);
        var objective = new CompositeObjective(new Piwae(new PiwaeSpec { Groups = 2, Samples = 3 }), [penalty]);
        var plain = new CompositeObjective(new Piwae(new PiwaeSpec { Groups = 2, Samples = 3 }), []);
        Assert.Equal([Player.Generation, Player.Inference], objective.Players(model).Select(player => player.Name));
        var owned = objective.Players(model).SelectMany(Parameters).Select(p => p.Handle).ToList();
        Assert.Equal(model.parameters().Concat(penalty.parameters()).Select(p => p.Handle).Order(), owned.Order());
        var (with, without) = (Gradients(objective), Gradients(plain));
        foreach (var (handle, parameter) in model.parameters().Select(p => (p.Handle, p)))
            Check.Close(without[handle] + 2 * parameter, with[handle], 1e-4, 1e-5);
        Check.Close(penalty.parameters().Single() * 2, with[penalty.parameters().Single().Handle]);
        // Each reports it with his own bound.
        foreach (var (before, after) in Losses(model, plain, 0).ByPlayer.Zip(Losses(model, objective, 0).ByPlayer))
            Check.Close(before.Loss.item<float>() + penalty.Value.item<float>(), after.Loss.item<float>());

        Dictionary<nint, Tensor> Gradients(Objective objective)
        {
            var found = new Dictionary<nint, Tensor>();
            var losses = Losses(model, objective, 0);
            foreach (var player in objective.Players(model))
            {
                var own = Parameters(player);
                foreach (var parameter in own)
                    parameter.grad = null;
                var loss = losses.ByPlayer.Single(loss => loss.Player == player.Name).Loss;
                loss.backward(null!, retain_graph: true, create_graph: false, own);
                foreach (var parameter in own.Where(parameter => parameter.grad is not null))
                    found.Add(parameter.Handle, parameter.grad!.clone());
            }
            return found;
        }
    }

    /// <summary>A loss that a part brings along, as a codebook does, is each player's of a divided model, and logged once.</summary>
    [Fact]
    public void What_parts_bring_along_is_each_players_of_a_divided_model()
    {
        using var scope = NewDisposeScope();
        var (model, _) = Build("piwae");
        var progress = new Progress(new SeededNoise(5)) { Training = true };
        var trace = model.Infer(Examples.Batch(), 4, progress);
        var bringing = new Trace(trace.Batch, trace.Latents, _ => trace.Likelihood, [("commitment", full(16, 3f))]);
        var objective = new CompositeObjective(new Piwae(new PiwaeSpec { Groups = 2, Samples = 2 }), []);
        var (without, with) = (objective.Compute(model, trace, progress), objective.Compute(model, bringing, progress));
        Assert.Equal([Player.Generation, Player.Inference], with.ByPlayer.Select(loss => loss.Player));
        Assert.All(without.ByPlayer.Zip(with.ByPlayer), pair => Check.Close(pair.First.Loss + 3, pair.Second.Loss));
        Assert.Equal(3, with.Terms.Single(term => term.Name == "commitment").Value.item<float>());
    }

    /// <summary>The squares of all the model's weights and of one of its own.</summary>
    private sealed class WeightPenalty : Objective
    {
        private readonly TorchSharp.Modules.Parameter own;
        private readonly Func<Tensor> squares;

        public WeightPenalty(Autoencoder model) : base(nameof(WeightPenalty))
        {
            own = nn.Parameter(ones(1));
            squares = () => model.parameters().Append(own).Select(p => p.square().sum()).Aggregate((a, b) => a + b);
            RegisterComponents();
        }

        public Tensor Value => squares();

        public override Losses Compute(Autoencoder model, Trace trace, Progress progress) => VaeSharp.Objectives.Losses.Minimise(Value);
    }

    /// <summary>Without a second batch, as in evaluation, a critic has no loss and the model's terms stay.</summary>
    [Fact]
    public void A_critic_without_a_second_batch_has_no_loss()
    {
        using var scope = NewDisposeScope();
        var (model, objective) = Build("factor-vae");
        var losses = Losses(model, objective, others: 0);
        Assert.Equal([Player.Model], losses.ByPlayer.Select(loss => loss.Player));
        Assert.Equal(Losses(model, objective, others: 1).Terms.Select(term => term.Name), losses.Terms.Select(term => term.Name));
    }
}

using VaeSharp.Models;
using VaeSharp.Objectives;
using VaeSharp.Optimizers;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Conformance;

/// <summary>A training loop as plain as can be: every player's gradient first, then every player's step.</summary>
internal sealed class Steps : IDisposable
{
    private readonly SeededNoise noise;
    private readonly List<(Player Player, Tensor[] Parameters, Optimizer Optimizer)> players;
    private readonly HashSet<string> untrained;
    private long step;

    public Steps(VaeSpec spec, DataSpec data, long seed = 1, double learningRate = 1e-3)
    {
        noise = new SeededNoise(seed);
        Model = spec.Build(data, noise);
        Objective = spec.BuildObjective(data, noise);
        untrained = [.. Model.named_parameters().Select(parameter => parameter.name)];
        LearningRate = learningRate;
        players = [.. Objective.Players(Model).Select(player =>
        {
            var parameters = player.Owners.SelectMany(owner => owner.parameters()).Cast<Tensor>().ToArray();
            return (player, parameters, (player.Optimizer ?? new AdamSpec()).Build(parameters));
        })];
    }

    public Autoencoder Model { get; }

    public Objective Objective { get; }

    /// <summary>Names of the model's parameters that no step has had a gradient of.</summary>
    public IReadOnlyCollection<string> Untrained => untrained;

    /// <summary>The name of the first player, whose loss is reported as the model's.</summary>
    public string First => players[0].Player.Name;

    private double LearningRate { get; }

    /// <summary>Losses of the first player as a training step would have them, each with noise of its own.</summary>
    public List<double> Losses(Batch batch, int count)
    {
        using var pause = new CollectorPause();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return [.. Enumerable.Range(0, count).Select(_ => (double)Compute(batch).Losses[First].item<float>())];
    }

    /// <summary>One step; the losses by player before it.</summary>
    public Dictionary<string, double> Step(Batch batch)
    {
        using var pause = new CollectorPause();                                                  // as the trainer's steps have it
        using var scope = NewDisposeScope();
        var (trace, progress, losses) = Compute(batch);
        step++;
        var moving = players.Where(player => losses.ContainsKey(player.Player.Name)).ToList();    // others wait
        foreach (var (player, parameters, _) in moving)
        {
            foreach (var parameter in parameters)
                parameter.grad = null;
            losses[player.Name].backward(null!, retain_graph: true, create_graph: false, parameters);
        }
        untrained.ExceptWith(Model.named_parameters().Where(p => p.parameter.grad is not null).Select(p => p.name));
        foreach (var (player, parameters, optimizer) in moving)
            optimizer.Step([.. parameters.Select(parameter => parameter.grad)], player.Optimizer?.LearningRate ?? LearningRate);
        using (no_grad())
            Model.Update(trace, progress);
        return losses.ToDictionary(loss => loss.Key, loss => (double)loss.Value.item<float>());
    }

    private (Trace Trace, Progress Progress, Dictionary<string, Tensor> Losses) Compute(Batch batch)
    {
        var progress = new Progress(noise)
        {
            Training = true,
            Step = step,
            TotalSteps = 1000,
            TrainingSetSize = batch.Size,
            Others = [.. Enumerable.Repeat(batch, Objective.Batches - 1)],
        };
        var trace = Model.Infer(batch, Objective.Samples, progress);
        return (trace, progress, Objective.Compute(Model, trace, progress).ByPlayer.ToDictionary(loss => loss.Player, loss => loss.Loss));
    }

    public void Dispose()
    {
        foreach (var (_, _, optimizer) in players)
            optimizer.Dispose();
        noise.Dispose();
    }
}

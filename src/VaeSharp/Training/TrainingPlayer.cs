using VaeSharp.Objectives;
using VaeSharp.Optimizers;

namespace VaeSharp.Training;

/// <summary>A player with his parameters and his optimiser.</summary>
internal sealed class TrainingPlayer : IDisposable
{
    private readonly double learningRate;

    public TrainingPlayer(Player player, OptimizerSpec fallback)
    {
        var spec = player.Optimizer ?? fallback;
        Name = player.Name;
        var owned = player.Owners.SelectMany((owner, i) => owner.named_parameters().Select(parameter => ($"{i}.{parameter.name}", parameter.parameter)));
        var named = owned.DistinctBy(pair => pair.parameter.Handle).OrderBy(pair => pair.Item1, StringComparer.Ordinal).ToArray();
        Names = [.. named.Select(pair => pair.Item1)];
        Parameters = [.. named.Select(pair => (Tensor)pair.parameter)];
        Optimizer = spec.Build(Parameters);
        learningRate = spec.LearningRate;
    }

    public string Name { get; }

    public string[] Names { get; }

    public Tensor[] Parameters { get; }

    public Optimizer Optimizer { get; }

    /// <summary>Everything that must be kept to continue, by name.</summary>
    public IEnumerable<(string Name, Tensor Value)> State =>
        Optimizer.State.SelectMany(list => list.Values.Select((value, i) => ($"{Name}.{list.Name}.{Names[i]}", value)));

    /// <summary>Takes the gradient of a loss by the player's own parameters, and by no others.</summary>
    public void Backward(Tensor loss, bool keepGraph)
    {
        foreach (var parameter in Parameters)
            parameter.grad = null;
        loss.backward(null!, keepGraph, create_graph: false, Parameters);
    }

    /// <summary>Shortens the player's gradient where it is longer than a norm above 0.</summary>
    /// <exception cref="TrainingDivergedException">The gradient is not finite.</exception>
    public void Clip(double clipNorm, long step)
    {
        Tensor[] gradients = [.. Parameters.Select(parameter => parameter.grad).Where(gradient => gradient is not null)!];
        var norm = Gradients.Norm(gradients);
        if (!double.IsFinite(norm))
            throw new TrainingDivergedException($"gradient of {Name}", norm, step);
        if (clipNorm > 0 && norm > clipNorm)
            Gradients.Scale(gradients, clipNorm / norm);
    }

    /// <summary>Moves the player's parameters.</summary>
    public void Move(double factor) => Optimizer.Step([.. Parameters.Select(parameter => parameter.grad)], learningRate * factor);

    public void Dispose() => Optimizer.Dispose();
}

using VaeSharp.Numerics;
using VaeSharp.Objectives;
using VaeSharp.Optimizers;

namespace VaeSharp.Training;

/// <summary>A player with his parameters and his optimiser.</summary>
internal sealed class TrainingPlayer : IDisposable
{
    private readonly double learningRate;
    private readonly WeightCopies copies;
    private readonly Tensor?[] copied;
    private readonly Tensor?[] gradients;

    /// <summary>Builds the optimiser of a player, whose weights may have copies in bfloat16.</summary>
    public TrainingPlayer(Player player, OptimizerSpec fallback, WeightCopies copies)
    {
        var spec = player.Optimizer ?? fallback;
        Name = player.Name;
        var owned = player.Owners.SelectMany((owner, i) =>
            owner.named_parameters().Select(parameter => ($"{i}.{parameter.name}", parameter.parameter)));
        var named = owned.DistinctBy(pair => pair.parameter.Handle).OrderBy(pair => pair.Item1, StringComparer.Ordinal).ToArray();
        Names = [.. named.Select(pair => pair.Item1)];
        Parameters = [.. named.Select(pair => (Tensor)pair.parameter)];
        Optimizer = spec.Build(Parameters);
        copies.Add(Parameters);
        this.copies = copies;
        (copied, gradients) = (new Tensor?[Parameters.Length], new Tensor?[Parameters.Length]);
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
        for (var i = 0; i < copied.Length; i++)
            copied[i] = copies.Find(Parameters[i]);
        Tensor[] leaves = Array.TrueForAll(copied, copy => copy is null) ? Parameters : [.. Parameters, .. Existing(copied)];
        foreach (var leaf in leaves)
            leaf.grad = null;
        Numerics.Backward.Through(loss, null, keepGraph, createGraph: false, leaves);
        for (var i = 0; i < gradients.Length; i++)
            gradients[i] = Sum(Parameters[i].grad, copied[i]?.grad);
    }

    /// <summary>Shortens the player's gradient where it is longer than a norm above 0.</summary>
    /// <exception cref="TrainingDivergedException">The gradient is not finite.</exception>
    public void Clip(double clipNorm, long step)
    {
        var existing = Existing(gradients);
        var norm = Gradients.Norm(existing);
        if (!double.IsFinite(norm))
            throw new TrainingDivergedException($"gradient of {Name}", norm, step);
        if (clipNorm > 0 && norm > clipNorm)
            Gradients.Scale(existing, clipNorm / norm);
    }

    /// <summary>Moves the player's parameters, and their copies.</summary>
    public void Move(double factor) => Optimizer.Step(gradients, learningRate * factor, copied);

    public void Dispose() => Optimizer.Dispose();

    private static Tensor[] Existing(Tensor?[] tensors) =>
        (Tensor[])(Array.IndexOf(tensors, null) < 0 ? tensors : Array.FindAll(tensors, tensor => tensor is not null))!;

    // A weight may be used through its copy, by itself, or both ways.
    private static Tensor? Sum(Tensor? one, Tensor? other) => one is null ? other : other is null ? one : one + other.to_type(one.dtype);
}

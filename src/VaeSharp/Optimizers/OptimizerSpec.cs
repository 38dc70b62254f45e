using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;
using VaeSharp.Numerics;
using VaeSharp.Specs;

namespace VaeSharp.Optimizers;

/// <summary>How gradients move parameters.</summary>
[PartKind("optimizer", "optimizers")]
public abstract record OptimizerSpec : Spec
{
    /// <summary>Step size.</summary>
    [Range(0, 1e3, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Makes the optimiser of some parameters, which stay where they are (device, dtype) from now on.</summary>
    public abstract Optimizer Build(IReadOnlyList<Tensor> parameters);
}

/// <summary>Moves parameters by their gradients: one call for all of them.</summary>
public abstract class Optimizer : IDisposable
{
    private readonly List<(string Name, Tensor[] Values)> state = [];
    private readonly Tensor[] steps;
    private readonly int[] all;

    /// <summary>Starts with all state at zero.</summary>
    protected Optimizer(IReadOnlyList<Tensor> parameters)
    {
        Parameters = [.. parameters];
        all = [.. Enumerable.Range(0, Parameters.Length)];
        steps = [.. Parameters.Select(parameter => zeros([], float32, parameter.device).DetachFromDisposeScope())];
    }

    /// <summary>The parameters.</summary>
    protected Tensor[] Parameters { get; }

    /// <summary>Number of steps done, for each parameter.</summary>
    protected Tensor[] Steps => steps;

    /// <summary>Everything that must be kept to continue: a name for each list, and a tensor for each parameter.</summary>
    public IEnumerable<(string Name, IReadOnlyList<Tensor> Values)> State =>
        state.Select(list => (list.Name, (IReadOnlyList<Tensor>)list.Values)).Append(("step", steps));

    /// <summary>Moves the parameters once. Parameters without a gradient stay, and so does their state.</summary>
    /// <param name="gradients">A gradient for each parameter, of its shape, null where there is none.</param>
    /// <param name="learningRate">Step size.</param>
    /// <param name="copies">A copy of each parameter in bfloat16, which follows it, or null; null for no copies.</param>
    /// <exception cref="ArgumentException">A gradient has another shape than its parameter; nothing has moved.</exception>
    public void Step(IReadOnlyList<Tensor?> gradients, double learningRate, IReadOnlyList<Tensor?>? copies = null)
    {
        var moved = gradients.Contains(null) ? [.. all.Where(i => gradients[i] is not null)] : all;
        if (moved.Length == 0)
            return;
        foreach (var i in moved)
        {
            if (!Kernels.HaveOneShape(Parameters[i], gradients[i]!))
                throw new ArgumentException($"A gradient must have its parameter's shape, [{string.Join(", ", Parameters[i].shape)}], got "
                    + $"[{string.Join(", ", gradients[i]!.shape)}].", nameof(gradients));
        }
        if (ApplyInOnePass(moved, gradients, copies ?? [], learningRate))
            return;
        Apply(moved, [.. moved.Select(i => gradients[i]!.to_type(Parameters[i].dtype))], learningRate);
        using var frozen = no_grad();
        foreach (var i in moved)
            copies?[i]?.copy_(Parameters[i]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in state.SelectMany(list => list.Values).Concat(steps))
            tensor.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Moves some parameters and their copies in a pass of the library's own; false where that is not possible.</summary>
    private protected virtual bool ApplyInOnePass(
        int[] moved, IReadOnlyList<Tensor?> gradients, IReadOnlyList<Tensor?> copies, double learningRate) => false;

    /// <summary>Moves some parameters.</summary>
    /// <param name="moved">Which parameters have a gradient.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="learningRate">Step size.</param>
    protected abstract void Apply(int[] moved, Tensor[] gradients, double learningRate);

    /// <summary>Adds a list to the state: a tensor of zeros like each parameter.</summary>
    protected Tensor[] AddState(string name)
    {
        var values = Parameters.Select(parameter => zeros_like(parameter).DetachFromDisposeScope()).ToArray();
        state.Add((name, values));
        return values;
    }

    /// <summary>Counts a step of each moved parameter, and gives each a value that depends on its count: [parameters].</summary>
    private protected T[] Count<T>(int[] moved, Func<long, T> value)
    {
        var values = new T[Parameters.Length];
        foreach (var i in moved)
        {
            ref var count = ref MemoryMarshal.Cast<byte, float>(steps[i].bytes)[0];
            values[i] = value((long)++count);
        }
        return values;
    }

    /// <summary>The elements of a list that belong to moved parameters.</summary>
    protected static Tensor[] Pick(Tensor[] list, int[] moved) => moved.Length == list.Length ? list : [.. moved.Select(i => list[i])];
}

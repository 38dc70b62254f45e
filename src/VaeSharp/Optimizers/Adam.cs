using System.ComponentModel.DataAnnotations;
using VaeSharp.Numerics;

namespace VaeSharp.Optimizers;

/// <summary>What optimisers with running means of gradients and of their squares have in common.</summary>
public abstract record MomentsSpec : OptimizerSpec
{
    /// <summary>Decay β₁ of the mean of gradients.</summary>
    [Range(0, 1, MaximumIsExclusive = true)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay β₂ of the mean of squared gradients.</summary>
    [Range(0, 1, MaximumIsExclusive = true)]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>What keeps the denominator from 0.</summary>
    [Range(0, 1, MinimumIsExclusive = true)]
    public double Epsilon { get; init; } = 1e-8;
}

/// <summary>Adaptive moments.</summary>
[Part("adam", Paper = "Kingma and Ba 2015, Adam: A Method for Stochastic Optimization, arXiv:1412.6980, algorithm 1")]
public sealed record AdamSpec : MomentsSpec
{
    /// <summary>Weight of ½‖θ‖² in the loss.</summary>
    [Range(0, 1e3)]
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    public override Optimizer Build(IReadOnlyList<Tensor> parameters) => new Adam(parameters, this, WeightDecay, decoupled: false);
}

/// <summary>Adam with weights that decay by themselves and not through the moments.</summary>
[Part("adamw", Paper = "Loshchilov and Hutter 2019, Decoupled Weight Decay Regularization, arXiv:1711.05101, algorithm 2")]
public sealed record AdamWSpec : MomentsSpec
{
    /// <summary>Share of each weight, times the learning rate, that is taken away in a step.</summary>
    [Range(0, 1e3)]
    public double WeightDecay { get; init; } = 0.01;

    /// <inheritdoc/>
    public override Optimizer Build(IReadOnlyList<Tensor> parameters) => new Adam(parameters, this, WeightDecay, decoupled: true);
}

/// <summary>
/// Adam as Keras and TensorFlow step: what keeps the denominator from 0 is not corrected for the start with the squares.
/// </summary>
[Part("keras-adam", Paper = "Kingma and Ba 2015, Adam: A Method for Stochastic Optimization, arXiv:1412.6980, last remark of section 2",
    Formula = "θ − η √(1 − β₂ᵗ)/(1 − β₁ᵗ) · m / (√v + ε)")]
public sealed record KerasAdamSpec : MomentsSpec
{
    /// <summary>Starts with Keras's ε, 1e-7.</summary>
    public KerasAdamSpec() => Epsilon = 1e-7;

    /// <inheritdoc/>
    public override Optimizer Build(IReadOnlyList<Tensor> parameters) => new KerasAdam(parameters, this);
}

internal sealed class KerasAdam : Optimizer
{
    private readonly KerasAdamSpec spec;
    private readonly Tensor[] means;
    private readonly Tensor[] squares;
    private readonly UpdatePass? pass;

    public KerasAdam(IReadOnlyList<Tensor> parameters, KerasAdamSpec spec) : base(parameters)
    {
        (this.spec, means, squares) = (spec, AddState("mean"), AddState("square"));
        pass = UpdatePass.Over(Parameters, means, squares);
    }

    private protected override bool ApplyInOnePass(
        int[] moved, IReadOnlyList<Tensor?> gradients, IReadOnlyList<Tensor?> copies, double learningRate)
    {
        if (pass is null)
            return false;
        var steps = Count(moved, t => Adam.StepOf(t, learningRate, spec.Beta1, spec.Beta2, Epsilon(t)));
        pass.Run(gradients, copies, new AdamUpdate(steps, spec.Beta1, spec.Beta2, decay: 0));
        return true;
    }

    protected override void Apply(int[] moved, Tensor[] gradients, double learningRate)
    {
        foreach (var together in Enumerable.Range(0, moved.Length).GroupBy(i => Steps[moved[i]].item<float>()))
        {
            int[] some = [.. together.Select(i => moved[i])];
            Tensor[] theirs = [.. together.Select(i => gradients[i])];
            Fused.Invoke("adam", Pick(Parameters, some), theirs, Pick(means, some), Pick(squares, some), Pick(Steps, some),
                learningRate, spec.Beta1, spec.Beta2, 0.0, Epsilon((long)together.Key + 1));
        }
    }

    // Adam's denominator is √(v / (1 − β₂ᵗ)) + ε: with ε / √(1 − β₂ᵗ) in the place of ε it is Keras's.
    private double Epsilon(long t) => spec.Epsilon / Math.Sqrt(1 - Math.Pow(spec.Beta2, t));
}

internal sealed class Adam : Optimizer
{
    private readonly bool decoupled;
    private readonly MomentsSpec spec;
    private readonly double decay;
    private readonly Tensor[] means;
    private readonly Tensor[] squares;
    private readonly UpdatePass? pass;

    public Adam(IReadOnlyList<Tensor> parameters, MomentsSpec spec, double decay, bool decoupled) : base(parameters)
    {
        (this.spec, this.decay, this.decoupled) = (spec, decay, decoupled);
        (means, squares) = (AddState("mean"), AddState("square"));
        pass = UpdatePass.Over(Parameters, means, squares);
    }

    /// <summary>The numbers of step t, from 1.</summary>
    public static AdamStep StepOf(long t, double learningRate, double beta1, double beta2, double epsilon) =>
        new(learningRate / (1 - Math.Pow(beta1, t)), 1 / Math.Sqrt(1 - Math.Pow(beta2, t)), epsilon, Keep: 1);

    private protected override bool ApplyInOnePass(
        int[] moved, IReadOnlyList<Tensor?> gradients, IReadOnlyList<Tensor?> copies, double learningRate)
    {
        if (pass is null)
            return false;
        var keep = decoupled ? 1 - learningRate * decay : 1;
        var steps = Count(moved, t => StepOf(t, learningRate, spec.Beta1, spec.Beta2, spec.Epsilon) with { Keep = keep });
        pass.Run(gradients, copies, new AdamUpdate(steps, spec.Beta1, spec.Beta2, decoupled ? 0 : decay));
        return true;
    }

    protected override void Apply(int[] moved, Tensor[] gradients, double learningRate) =>
        Fused.Invoke(decoupled ? "adamw" : "adam", Pick(Parameters, moved), gradients, Pick(means, moved), Pick(squares, moved),
            Pick(Steps, moved), learningRate, spec.Beta1, spec.Beta2, decay, spec.Epsilon);
}

using System.ComponentModel.DataAnnotations;
using VaeSharp.Numerics;

namespace VaeSharp.Optimizers;

/// <summary>Gradients divided by the root of their mean square.</summary>
[Part("rmsprop", Paper = "Tieleman and Hinton 2012, Neural Networks for Machine Learning, lecture 6.5")]
public sealed record RmsPropSpec : OptimizerSpec
{
    /// <summary>Decay ρ of the mean of squared gradients.</summary>
    [Range(0, 1, MaximumIsExclusive = true)]
    public double Rho { get; init; } = 0.9;

    /// <summary>What keeps the denominator, √v + ε, from 0.</summary>
    [Range(0, 1, MinimumIsExclusive = true)]
    public double Epsilon { get; init; } = 1e-7;

    /// <summary>Share of the last step that is taken again.</summary>
    [Range(0, 1, MaximumIsExclusive = true)]
    public double Momentum { get; init; }

    /// <summary>Weight of ½‖θ‖² in the loss.</summary>
    [Range(0, 1e3)]
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    public override Optimizer Build(IReadOnlyList<Tensor> parameters) => new RmsProp(parameters, this);
}

internal sealed class RmsProp : Optimizer
{
    private readonly RmsPropSpec spec;
    private readonly Tensor[] squares;
    private readonly Tensor[] momenta;
    private readonly UpdatePass? pass;

    public RmsProp(IReadOnlyList<Tensor> parameters, RmsPropSpec spec) : base(parameters)
    {
        (this.spec, squares, momenta) = (spec, AddState("square"), spec.Momentum > 0 ? AddState("momentum") : []);
        pass = UpdatePass.Over(Parameters, squares, momenta);
    }

    protected override void Apply(int[] moved, Tensor[] gradients, double learningRate) =>
        Fused.Invoke("rmsprop", Pick(Parameters, moved), gradients, Pick(squares, moved), spec.Momentum > 0 ? Pick(momenta, moved) : [],
            Pick(Steps, moved), learningRate, spec.Rho, spec.WeightDecay, spec.Epsilon, spec.Momentum);

    private protected override bool ApplyInOnePass(
        int[] moved, IReadOnlyList<Tensor?> gradients, IReadOnlyList<Tensor?> copies, double learningRate)
    {
        if (pass is null)
            return false;
        Count(moved, t => t);
        pass.Run(gradients, copies, new RmsPropUpdate(learningRate, spec.Rho, spec.WeightDecay, spec.Epsilon, spec.Momentum));
        return true;
    }
}

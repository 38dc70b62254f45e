using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Optimizers;

/// <summary>Gradient descent with momentum.</summary>
[Part("sgd", Paper = "Sutskever et al. 2013, On the importance of initialization and momentum in deep learning, ICML")]
public sealed record SgdSpec : OptimizerSpec
{
    /// <summary>Share of the last step that is taken again.</summary>
    [Range(0, 1, MaximumIsExclusive = true)]
    public double Momentum { get; init; } = 0.9;

    /// <summary>Whether the gradient is looked at where momentum leads, and not where it starts.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Weight of ½‖θ‖² in the loss.</summary>
    [Range(0, 1e3)]
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    public override Optimizer Build(IReadOnlyList<Tensor> parameters) => new Sgd(parameters, this);
}

internal sealed class Sgd : Optimizer
{
    private readonly SgdSpec spec;
    private readonly Tensor[] momenta;

    public Sgd(IReadOnlyList<Tensor> parameters, SgdSpec spec) : base(parameters) => (this.spec, momenta) = (spec, AddState("momentum"));

    protected override void Apply(int[] moved, Tensor[] gradients, double learningRate) =>
        Fused.Invoke("sgd", Pick(Parameters, moved), gradients, Pick(momenta, moved), Pick(Steps, moved),
            learningRate, spec.Momentum, spec.WeightDecay, spec.Nesterov);
}

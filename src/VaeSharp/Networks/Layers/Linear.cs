using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Networks;

/// <summary>y = x Wᵀ + b: [.., inputs] → [.., outputs].</summary>
public sealed class Linear : Layer
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    /// <summary>
    /// Makes a layer with weights W [outputs, inputs], which <see cref="Layer.Initialise"/> draws; before that they are arbitrary.
    /// </summary>
    public Linear(long inputs, long outputs, Activation? activation = null) : base(nameof(Linear), activation)
    {
        weight = nn.Parameter(empty(outputs, inputs));
        bias = nn.Parameter(zeros(outputs));
        RegisterComponents();
    }

    /// <summary>Number of elements of y.</summary>
    public long Outputs => weight.size(0);

    /// <inheritdoc/>
    protected override Parameter Kernel => weight;

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        var product = nn.functional.linear(Operand(x), Operand(weight), Operand(bias));
        return Activation is { } function ? function.Apply(product) : product;
    }
}

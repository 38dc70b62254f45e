using VaeSharp.Networks;
using VaeSharp.Numerics;
using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Flows;

/// <summary>y = (M ⊙ W) x + b, where an output sees the inputs whose degree is at most its own: [.., inputs] → [.., outputs].</summary>
/// <remarks>Germain et al. 2015, arXiv:1502.03509, section 3. Always in single precision.</remarks>
public sealed class MaskedLinear : Layer
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly int[] inputs;
    private readonly int[] outputs;

    /// <summary>Makes a layer for the degrees of its inputs and of its outputs.</summary>
    public MaskedLinear(int[] inputs, int[] outputs) : base(nameof(MaskedLinear), activation: null)
    {
        (this.inputs, this.outputs) = (inputs, outputs);
        weight = nn.Parameter(empty(outputs.Length, inputs.Length));
        bias = nn.Parameter(zeros(outputs.Length));
        RegisterComponents();
    }

    /// <inheritdoc/>
    protected override Parameter Kernel => weight;

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) =>
        nn.functional.linear(x.As(weight.dtype), AutoregressiveMask.Apply(weight, inputs, outputs), bias);
}

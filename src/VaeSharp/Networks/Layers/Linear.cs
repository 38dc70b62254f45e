using VaeSharp.Numerics;
using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Networks;

/// <summary>
/// y = x Wᵀ + b: [.., inputs] → [.., outputs]. In single precision, but behind a ReLU, whose output has the precision of the product.
/// </summary>
public sealed class Linear : Layer
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    /// <summary>
    /// Makes a layer with weights W [outputs, inputs], which <see cref="Layer.Initialise"/> draws; before that they are arbitrary.
    /// </summary>
    public Linear(long inputs, long outputs, Activation? activation = null, double gain = 1) : base(nameof(Linear), activation, gain)
    {
        weight = nn.Parameter(empty(outputs, inputs));
        bias = nn.Parameter(zeros(outputs));
        RegisterComponents();
    }

    /// <summary>Number of elements of y.</summary>
    public long Outputs => weight.size(0);

    /// <inheritdoc/>
    protected override Parameter Kernel => weight;

    // Products of less than this many weights, or with a handful of units, are over before reduced precision can save anything.
    private bool IsSmall => weight.numel() < 32_768 || LinearKernel.IsThin(weight);

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        var operand = IsSmall ? weight : Operand(weight);
        var (relu, rows) = (Activation == Networks.Activation.Relu, x.dim() == 2 ? x : x.flatten(0, -2));
        var y = LinearKernel.Pays(rows, operand) ? LinearKernel.Apply(rows, operand, bias, relu) : null;
        y ??= LinearKernel.Plain(rows, operand, bias, relu);
        y = x.dim() == 2 ? y : y.view([.. x.shape[..^1], Outputs]);
        return relu || Activation is not { } function ? y : function.Apply(y);
    }
}

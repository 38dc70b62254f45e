using VaeSharp.Flows;
using VaeSharp.Networks;
using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Priors;

/// <summary>
/// A convolution with the r places in front in a row, and with those features of a place itself whose group is not above the output's, or
/// below it: [N, C, h, w] → [N, outputs, h, w].
/// </summary>
/// <remarks>
/// van den Oord, Kalchbrenner and Kavukcuoglu 2016, arXiv:1601.06759, section 3.4: mask A is the strict one, mask B the other. Always in
/// single precision.
/// </remarks>
internal sealed class MaskedConvolution : Layer
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly int[] inputs;
    private readonly int[] outputs;
    private readonly bool isStrict;

    /// <summary>Makes a layer for the groups of its inputs and of its outputs, with weights that are arbitrary at first.</summary>
    public MaskedConvolution(int[] inputs, int[] outputs, long reach, bool isStrict) : base(nameof(MaskedConvolution), activation: null)
    {
        (this.inputs, this.outputs, this.isStrict) = (inputs, outputs, isStrict);
        weight = nn.Parameter(empty([outputs.Length, inputs.Length, 1, reach + 1], float32));
        bias = nn.Parameter(zeros(outputs.Length));
        RegisterComponents();
    }

    /// <inheritdoc/>
    protected override Parameter Kernel => weight;

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        var reach = weight.size(3) - 1;
        var own = AutoregressiveMask.Apply(weight.narrow(3, reach, 1), inputs, outputs, isStrict);
        var masked = reach == 0 ? own : cat([weight.narrow(3, 0, reach), own], dim: 3);
        return nn.functional.conv2d(nn.functional.pad(x, [reach, 0, 0, 0]), masked, bias, [1, 1], [0, 0]);
    }
}

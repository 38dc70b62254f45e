using VaeSharp.Networks;
using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Priors;

/// <summary>
/// A convolution with a place's own row and r rows above it, r places to both sides, or with the r + 1 rows above alone: [N, C, h, w] →
/// [N, outputs, h, w].
/// </summary>
/// <remarks>Always in single precision. What is not to be seen is not in the kernel: the image is moved down instead.</remarks>
internal sealed class RowsAbove : Layer
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly bool isStrict;

    /// <summary>Makes a layer, with weights that are arbitrary until <see cref="Layer.Initialise"/>.</summary>
    public RowsAbove(long inputs, long outputs, long reach, bool isStrict) : base(nameof(RowsAbove), activation: null)
    {
        this.isStrict = isStrict;
        weight = nn.Parameter(empty([outputs, inputs, reach + 1, 2 * reach + 1], float32));
        bias = nn.Parameter(zeros(outputs));
        RegisterComponents();
    }

    /// <inheritdoc/>
    protected override Parameter Kernel => weight;

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        var reach = weight.size(2) - 1;
        var padded = nn.functional.pad(x, [reach, reach, isStrict ? reach + 1 : reach, 0]);
        return nn.functional.conv2d(padded, weight, bias, [1, 1], [0, 0]).narrow(2, 0, x.size(2));
    }
}

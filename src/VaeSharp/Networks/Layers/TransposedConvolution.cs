using VaeSharp.Numerics;
using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Networks;

/// <summary>
/// The transpose of <see cref="Convolution"/>, Keras's Conv2DTranspose with "same" padding: [B, inputs, H, W] → [B, outputs, sH, sW],
/// cropped to the size that the encoder had there.
/// </summary>
public sealed class TransposedConvolution : Layer
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly long kernel;
    private readonly long stride;
    private readonly long? padding;
    private Grids? grids;
    private readonly (long Height, long Width) target;

    /// <summary>
    /// Makes a layer with weights [inputs, outputs, kernel, kernel], which <see cref="Layer.Initialise"/> draws; before that they are
    /// arbitrary.
    /// </summary>
    /// <param name="inputs">Number of channels that come in.</param>
    /// <param name="outputs">Number of channels that go out.</param>
    /// <param name="kernel">Height and width of the kernel.</param>
    /// <param name="stride">Rows and columns between two places of the kernel in the output.</param>
    /// <param name="target">Height and width of the output.</param>
    /// <param name="activation">The function of each element of the output; null for none.</param>
    /// <param name="padding">Rows and columns to leave out in front, as PyTorch's padding does; null for those of "same".</param>
    public TransposedConvolution(long inputs, long outputs, long kernel, long stride, (long Height, long Width) target,
        Activation? activation = null, long? padding = null) : base(nameof(TransposedConvolution), activation)
    {
        (this.kernel, this.stride, this.target, this.padding) = (kernel, stride, target, padding);
        weight = nn.Parameter(Images.Empty(inputs, outputs, kernel, kernel));
        bias = nn.Parameter(zeros(outputs));
        RegisterComponents();
    }

    /// <summary>Number of output channels.</summary>
    public long Outputs => weight.size(1);

    /// <summary>Height and width of the kernel.</summary>
    public long Size => kernel;

    /// <summary>Rows and columns between two places of the kernel in the output.</summary>
    public long Stride => stride;

    /// <summary>Height and width that the output is cropped to.</summary>
    public (long Height, long Width) Target => target;

    /// <summary>Whether what it leaves out in front is what Keras does.</summary>
    public bool IsSame => padding is null;

    /// <inheritdoc/>
    protected override Parameter Kernel => weight;

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        // The full output has (n − 1)·s + k rows, of which "same" keeps n·s: the surplus k − s goes half before, rounded down, the rest
        // after. A kernel smaller than the stride leaves s − k rows behind the last, which have the bias alone.
        var before = padding ?? Math.Max(kernel - stride, 0) / 2;
        var lack = Math.Max(stride - kernel, 0);
        var full = (Height: (x.size(2) - 1) * stride + kernel + lack, Width: (x.size(3) - 1) * stride + kernel + lack);
        if (before + target.Height > full.Height || before + target.Width > full.Width)
            throw new ArgumentException($"An image of {x.size(2)} x {x.size(3)} becomes one of {full.Height} x {full.Width}, "
                + $"which cannot be cropped to {target.Height} x {target.Width}.", nameof(x));
        var window = new Window(before, before, target.Height, target.Width);
        if (ByOwnKernel(x, bias, Sizes(x, before), up: true) is { } result)
            return result;
        var exact = weight.size(0) % 2 != 0;                                                      // values are wrong of odd numbers
        var factor = Operand(weight, exact);
        var product = nn.functional.conv_transpose2d(Operand(x, exact), Outputs > 1 ? factor : WithSecondChannel(factor), null,
            [stride, stride], output_padding: [lack, lack]);
        return Finish(Outputs > 1 ? product : product.narrow(1, 0, 1), bias, window);
    }

    private Grids Sizes(Tensor x, long before)
    {
        var small = new Grid((int)x.size(2), (int)x.size(3), (int)weight.size(0));
        var large = new Grid((int)target.Height, (int)target.Width, (int)Outputs);
        return Grids.Of(ref grids, small, large, kernel, stride, before, before);
    }
}

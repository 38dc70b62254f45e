using VaeSharp.Numerics;
using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Networks;

/// <summary>Convolution with Keras's "same" padding: [B, inputs, H, W] → [B, outputs, ⌈H/s⌉, ⌈W/s⌉].</summary>
public sealed class Convolution : Layer
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly long kernel;
    private readonly long stride;
    private Grids? grids;

    /// <summary>
    /// Makes a layer with weights [outputs, inputs, kernel, kernel], which <see cref="Layer.Initialise"/> draws; before that they are
    /// arbitrary.
    /// </summary>
    public Convolution(long inputs, long outputs, long kernel, long stride, Activation? activation = null)
        : base(nameof(Convolution), activation)
    {
        (this.kernel, this.stride) = (kernel, stride);
        weight = nn.Parameter(Images.Empty(outputs, inputs, kernel, kernel));
        bias = nn.Parameter(zeros(outputs));
        RegisterComponents();
    }

    /// <summary>Number of output channels.</summary>
    public long Outputs => weight.size(0);

    /// <summary>Height and width of the kernel.</summary>
    public long Size => kernel;

    /// <summary>Rows and columns between two places of the kernel.</summary>
    public long Stride => stride;

    /// <inheritdoc/>
    protected override Parameter Kernel => weight;

    /// <summary>The size of the output for a size of the input.</summary>
    public static long Reduced(long size, long stride) => (size + stride - 1) / stride;

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        var (top, bottom) = Padding(x.size(2));
        var (left, right) = Padding(x.size(3));
        if (ByOwnKernel(x, bias, Sizes(x, top, left), up: false) is { } result)
            return result;
        var symmetric = top == bottom && left == right;
        var padded = symmetric ? x : nn.functional.pad(x, [left, right, top, bottom]);
        var (operand, factor) = (Operand(padded, IsExact(x)), Operand(weight, IsExact(x)));
        if (weight.size(1) == 1 && x.requires_grad)
            (operand, factor) = (WithSecondChannel(operand), WithSecondChannel(factor));
        var product = nn.functional.conv2d(operand, factor, null, [stride, stride], symmetric ? [top, left] : [0, 0]);
        return Finish(product, bias, new Window(0, 0, product.size(2), product.size(3)));
    }

    private Grids Sizes(Tensor x, long top, long left)
    {
        var large = new Grid((int)x.size(2), (int)x.size(3), (int)weight.size(1));
        if (grids is not { } known || known.Large != large)
        {
            grids = known = new Grids(new Grid((int)Reduced(large.Height, stride), (int)Reduced(large.Width, stride), (int)Outputs), large, (int)kernel,
                (int)stride, (int)top, (int)left);
        }
        return known;
    }

    // Values are wrong of one channel to numbers that fill no vector, gradients of x to odd numbers.
    private bool IsExact(Tensor x) => (weight.size(1) == 1 && weight.size(0) % 16 != 0) || (x.requires_grad && weight.size(0) % 2 != 0);

    // total = max((⌈n/s⌉ − 1)·s + k − n, 0): half of it before, rounded down, the rest after.
    private (long Before, long After) Padding(long size)
    {
        var total = Math.Max((Reduced(size, stride) - 1) * stride + kernel - size, 0);
        return (total / 2, total - total / 2);
    }
}

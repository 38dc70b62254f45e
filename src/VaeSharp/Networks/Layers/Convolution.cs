using VaeSharp.Numerics;
using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Networks;

/// <summary>
/// Convolution with Keras's "same" padding, [B, inputs, H, W] → [B, outputs, ⌈H/s⌉, ⌈W/s⌉], or with a number p of zeros on all sides as in
/// PyTorch, → [B, outputs, ⌊(H + 2p − k)/s⌋ + 1, …].
/// </summary>
public sealed class Convolution : Layer
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly long kernel;
    private readonly long stride;
    private readonly long? padding;
    private Grids? grids;

    /// <summary>
    /// Makes a layer with weights [outputs, inputs, kernel, kernel], which <see cref="Layer.Initialise"/> draws; before that they are
    /// arbitrary.
    /// </summary>
    /// <param name="inputs">Number of channels that come in.</param>
    /// <param name="outputs">Number of channels that go out.</param>
    /// <param name="kernel">Height and width of the kernel.</param>
    /// <param name="stride">Rows and columns between two places of the kernel.</param>
    /// <param name="activation">The function of each element of the output; null for none.</param>
    /// <param name="gain">Factor on the weights at the start.</param>
    /// <param name="padding">Zeros on each side; null for "same", which also stands in where an image is too small for them.</param>
    public Convolution(long inputs, long outputs, long kernel, long stride, Activation? activation = null, double gain = 1,
        long? padding = null) : base(nameof(Convolution), activation, gain)
    {
        (this.kernel, this.stride, this.padding) = (kernel, stride, padding);
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

    /// <summary>Whether its padding is Keras's, whatever the size of the image.</summary>
    public bool IsSame => padding is null;

    /// <inheritdoc/>
    protected override Parameter Kernel => weight;

    /// <summary>The size of the output for a size of the input, of "same" padding.</summary>
    public static long Reduced(long size, long stride) => (size + stride - 1) / stride;

    /// <summary>Heights and widths in front of each of several convolutions of stride 2, and behind the last.</summary>
    public static IReadOnlyList<(long Height, long Width)> Halved(long height, long width, int times)
    {
        var sizes = new List<(long Height, long Width)> { (height, width) };
        while (sizes.Count <= times)
            sizes.Add((Reduced(sizes[^1].Height, 2), Reduced(sizes[^1].Width, 2)));
        return sizes;
    }

    /// <summary>The size of the output for a size of the input.</summary>
    public long SizeOf(long size) => Fits(size) ? (size + 2 * padding!.Value - kernel) / stride + 1 : Reduced(size, stride);

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
        var small = new Grid((int)SizeOf(large.Height), (int)SizeOf(large.Width), (int)Outputs);
        return Grids.Of(ref grids, small, large, kernel, stride, top, left);
    }

    // Values are wrong of one channel to numbers that fill no vector, gradients of x to odd numbers.
    private bool IsExact(Tensor x) => (weight.size(1) == 1 && weight.size(0) % 16 != 0) || (x.requires_grad && weight.size(0) % 2 != 0);

    /// <summary>
    /// Zeros in front and behind, of Keras's "same": total = max((⌈n/s⌉ − 1)·s + k − n, 0), half of it before, rounded down, the rest
    /// after.
    /// </summary>
    internal static (long Before, long After) SamePadding(long size, long kernel, long stride)
    {
        var total = Math.Max((Reduced(size, stride) - 1) * stride + kernel - size, 0);
        return (total / 2, total - total / 2);
    }

    private (long Before, long After) Padding(long size) =>
        Fits(size) ? (padding!.Value, padding.Value) : SamePadding(size, kernel, stride);

    private bool Fits(long size) => padding is { } zeros && size + 2 * zeros >= kernel;
}

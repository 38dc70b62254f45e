using VaeSharp.Native;
using VaeSharp.Numerics;

namespace VaeSharp.Networks;

/// <summary>
/// A product with a weight, plus a bias, and a function of each element: Glorot-uniform weights, zero biases, operands in the precision of
/// the pass.
/// </summary>
/// <param name="name">The name of the module.</param>
/// <param name="activation">The function of each element of the output; null for none.</param>
/// <param name="gain">Factor on the weights at the start.</param>
public abstract class Layer(string name, Activation? activation, double gain = 1) : nn.Module<Tensor, Tensor>(name), IInitialised
{
    /// <summary>The function of each element of the output; null for none.</summary>
    public Activation? Activation => activation;

    /// <summary>The weight, whose first two dimensions are the channels that it connects.</summary>
    protected abstract TorchSharp.Modules.Parameter Kernel { get; }

    /// <inheritdoc/>
    /// <remarks>Uniform on ±√(6 / (fan in + fan out)), times the gain. Glorot and Bengio 2010, eq. 16.</remarks>
    public void Initialise(Noise noise)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var field = Kernel.shape.Skip(2).Aggregate(1L, (product, size) => product * size);
        var limit = Math.Sqrt(6.0 / ((Kernel.size(0) + Kernel.size(1)) * field));
        Kernel.copy_((2 * noise.Uniform(Kernel.shape, Kernel.device) - 1) * (gain * limit));
    }

    /// <summary>What stands behind a product of images [N, C, H, W]: bias and activation, for a window of it.</summary>
    private protected Tensor Finish(Tensor product, Tensor bias, Window window)
    {
        var relu = activation == Networks.Activation.Relu;
        return relu || activation is null
            ? BiasKernel.Apply(product, bias, relu, window) ?? BiasKernel.Plain(product, bias, relu, window)
            : activation.Value.Apply(BiasKernel.Plain(product, bias, relu: false, window));
    }

    /// <summary>
    /// The convolution by the library's own kernel, in single precision. Null where that cannot run, and in reduced precision where the
    /// processor has units for it, which are faster but for few channels.
    /// </summary>
    private protected Tensor? ByOwnKernel(Tensor x, Tensor bias, Grids grids, bool up)
    {
        if (ReducedPrecision.IsActive && Processor.HasMatrixUnits && !(up && grids.HasFewChannels))
            return null;
        var relu = activation == Networks.Activation.Relu;
        var y = ConvolutionKernel.Apply(x, Kernel, bias, grids, up, relu);
        return y is null || relu || activation is null ? y : activation.Value.Apply(y);
    }

    /// <summary>The value as the layer multiplies it.</summary>
    protected static Tensor Operand(Tensor x) => ReducedPrecision.Operand(x);

    /// <summary>
    /// The value as a convolution multiplies it. libtorch's are wrong in bfloat16 for some numbers of channels (pytorch/pytorch#163347),
    /// which <paramref name="exact"/> takes to single precision.
    /// </summary>
    private protected Tensor Operand(Tensor x, bool exact) => exact ? x.As(Kernel.dtype) : Operand(x);

    /// <summary>
    /// The value with a second channel, of zeros. One channel has no layout of its own, and some of libtorch's convolutions take it for
    /// another than it is.
    /// </summary>
    private protected static Tensor WithSecondChannel(Tensor x) =>
        nn.functional.pad(x.permute(0, 2, 3, 1).contiguous(), [0, 1]).contiguous().permute(0, 3, 1, 2);
}

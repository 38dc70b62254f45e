using VaeSharp.Numerics;

namespace VaeSharp.Networks;

/// <summary>A product with a weight, plus a bias: Glorot-uniform weights, zero biases, operands in the precision of the pass.</summary>
/// <param name="name">The name of the module.</param>
public abstract class Layer(string name) : nn.Module<Tensor, Tensor>(name), IInitialised
{
    /// <summary>The weight, whose first two dimensions are the channels that it connects.</summary>
    protected abstract TorchSharp.Modules.Parameter Kernel { get; }

    /// <inheritdoc/>
    /// <remarks>Uniform on ±√(6 / (fan in + fan out)). Glorot and Bengio 2010, eq. 16.</remarks>
    public void Initialise(Noise noise)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var field = Kernel.shape.Skip(2).Aggregate(1L, (product, size) => product * size);
        var limit = Math.Sqrt(6.0 / ((Kernel.size(0) + Kernel.size(1)) * field));
        Kernel.copy_((2 * noise.Uniform(Kernel.shape, Kernel.device) - 1) * limit);
    }

    /// <summary>The value as the layer multiplies it.</summary>
    protected static Tensor Operand(Tensor x) => ReducedPrecision.Operand(x);
}

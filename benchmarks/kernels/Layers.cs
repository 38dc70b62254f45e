using VaeSharp.Networks;
using VaeSharp.Numerics;

namespace VaeSharp.Benchmarks;

/// <summary>Layers of the recipes with bias and activation, forward and backward.</summary>
public class Layers : KernelBenchmark
{
    // As in training: weights are converted once, and copies of them are multiplied.
    private readonly WeightCopies copies = new();
    private Layer? layer;
    private Tensor[] weights = [];
    private Tensor? x;
    private Tensor? gradient;

    /// <summary>Which layer.</summary>
    [Params("linear 784-512", "linear 512-784", "convolution 32-64", "transposed 64-64", "transposed 64-32", "transposed 32-1")]
    public string Layer { get; set; } = "";

    /// <summary>Whether products are in bfloat16.</summary>
    [Params(false, true)]
    public bool Bf16 { get; set; }

    /// <inheritdoc/>
    protected override void Prepare()
    {
        (layer, var shape) = Layer switch
        {
            "linear 784-512" => ((Layer)new Linear(784, 512, Activation.Relu), (long[])[Batch, 784]),
            "linear 512-784" => (new Linear(512, 784), [Batch, 512]),
            "convolution 32-64" => (new Convolution(32, 64, 3, stride: 2, Activation.Relu), [Batch, 14, 14, 32]),
            "transposed 64-64" => (new TransposedConvolution(64, 64, 3, stride: 2, (14, 14), Activation.Relu), [Batch, 7, 7, 64]),
            "transposed 64-32" => (new TransposedConvolution(64, 32, 3, stride: 2, (28, 28), Activation.Relu), [Batch, 14, 14, 64]),
            _ => (new TransposedConvolution(32, 1, 3, stride: 1, (28, 28)), [Batch, 28, 28, 32]),
        };
        using var noise = new SeededNoise(1);
        layer.Initialise(noise);
        weights = [.. layer.parameters()];
        copies.Add(weights);
        x = rand(shape, Bf16 ? bfloat16 : float32);
        // Channels last, as the layer before leaves them.
        x = (x.dim() == 4 ? x.permute(0, 3, 1, 2) : x).requires_grad_();
        using var reduced = ReducedPrecision.Use(Bf16, copies);
        using var y = layer.call(x);
        gradient = randn_like(y.detach());
    }

    /// <inheritdoc/>
    protected override void Work()
    {
        x!.grad = null;
        foreach (var weight in weights)
        {
            weight.grad = null;
            if (copies.Find(weight) is { } copy)
                copy.grad = null;
        }
        using var reduced = ReducedPrecision.Use(Bf16, copies);
        layer!.call(x).backward([gradient!]);
    }
}

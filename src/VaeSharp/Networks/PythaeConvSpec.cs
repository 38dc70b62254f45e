using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Networks;

/// <summary>
/// Pythae's convolutional networks for MNIST, CIFAR and CelebA, with normalisation over the batch, which its numbers belong to. Those for
/// MNIST take any image size.
/// </summary>
/// <remarks>
/// They are Encoder_Conv_VAE_MNIST and Decoder_Conv_AE_MNIST of pythae.models.nn.benchmarks.mnist, on 28 × 28, and their likes of cifar and
/// celeba, layer by layer. Its fully connected networks, the default there, are mlp as it is. Weights start Glorot-uniform as everywhere
/// here, not as in PyTorch. In training p(x|z) depends on the other codes of the batch, so that a loss is a bound only as validation and
/// evaluation compute it; importance-weighted bounds, which take each example by itself, are refused with it.
/// </remarks>
[Part("pythae-conv",
    Paper = "Chadebec, Vincent and Allassonnière 2022, Pythae: Unifying Generative Autoencoders in Python, arXiv:2206.08309",
    Formula = "x → conv 128, 256, 512, 1024 → z → 16384 → transposed conv 512, 256 → x")]
public sealed record PythaeConvSpec : NetworkSpec, IValidatableObject
{
    /// <summary>Which of its networks.</summary>
    public PythaeImages Images { get; init; }

    /// <summary>
    /// Channels of the encoder's convolutions, of 4 × 4 and stride 2. The decoder has one layer less, of 3 × 3; for CIFAR three of 4 × 4,
    /// for CelebA four of 5 × 5.
    /// </summary>
    [Range(1, 8192)]
    public IReadOnlyList<long> Channels { get; init; } = [128, 256, 512, 1024];

    /// <inheritdoc/>
    /// <remarks>Layers that normalise over the batch let examples, and draws of one example, depend on each other in training.</remarks>
    public override Traits Gives => Traits.None;

    /// <inheritdoc/>
    public override Form Input => Form.Grid;

    /// <inheritdoc/>
    public override string? Refuses(DataSpec data) => NeedsImages(data) ?? PythaeUp.Refuses(Images, data);

    /// <inheritdoc/>
    public override Encoder Encoder(long[] input)
    {
        var (layers, channels, height, width) = (new List<nn.Module<Tensor, Tensor>>(), input[0], input[1], input[2]);
        foreach (var outputs in Channels)
        {
            var convolution = new Convolution(channels, outputs, kernel: 4, stride: 2, padding: 1);
            layers.AddRange([convolution, new BatchNormalisation(outputs, Activation.Relu)]);
            (channels, height, width) = (outputs, convolution.SizeOf(height), convolution.SizeOf(width));
        }
        return new LayersEncoder(layers, channels * height * width);
    }

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> Decoder(long inputs, long parameters, DataSpec data)
    {
        ((long Height, long Width) Start, PythaeUp[] Layers) plan = Images switch
        {
            PythaeImages.Cifar => ((8, 8), [new(4, 2, 1, 16), new(4, 2, 1, 33), new(4, 1, 2, 32)]),
            PythaeImages.Celeba => ((8, 8), [new(5, 2, 2, 15), new(5, 2, 1, 31), new(5, 2, 2, 62), new(5, 1, 1, 64)]),
            _ => PythaeUp.Doubling(data, Channels.Count - 1),
        };
        var channels = Channels.Reverse().ToList();
        var grid = (long[])[channels[0], plan.Start.Height, plan.Start.Width];
        var layers = plan.Layers.SkipLast(1).SelectMany((up, i) => (nn.Module<Tensor, Tensor>[])
            [up.Layer(channels[i], channels[i + 1]), new BatchNormalisation(channels[i + 1], Activation.Relu)]);
        var output = plan.Layers[^1].Layer(channels[plan.Layers.Length - 1], parameters * data.Shape[0]);
        return new LayersDecoder([new Linear(inputs, grid[0] * grid[1] * grid[2])], layers, output, parameters, data, grid);
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var least = Images switch { PythaeImages.Cifar => 3, PythaeImages.Celeba => 4, _ => 2 };
        if (Channels.Count < least)
            yield return new($"must have at least {least} numbers, got {Channels.Count}.", [nameof(Channels)]);
    }
}

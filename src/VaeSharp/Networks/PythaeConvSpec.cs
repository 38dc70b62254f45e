using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Networks;

/// <summary>
/// Pythae's convolutional networks for MNIST, with normalisation over the batch, which its numbers belong to. Any image size works.
/// </summary>
/// <remarks>
/// On 28 × 28 it is Encoder_Conv_VAE_MNIST and Decoder_Conv_AE_MNIST of pythae.models.nn.benchmarks.mnist, layer by layer. Its fully
/// connected networks, the default there, are mlp as it is. Weights start Glorot-uniform as everywhere here, not as in PyTorch. In training
/// p(x|z) depends on the other codes of the batch, so that a loss is a bound only as validation and evaluation compute it.
/// </remarks>
[Part("pythae-conv",
    Paper = "Chadebec, Vincent and Allassonnière 2022, Pythae: Unifying Generative Autoencoders in Python, arXiv:2206.08309",
    Formula = "x → conv 128, 256, 512, 1024 → z → 16384 → transposed conv 512, 256 → x")]
public sealed record PythaeConvSpec : NetworkSpec, IValidatableObject
{
    /// <summary>Channels of the encoder's convolutions, of 4 × 4 and stride 2. The decoder has one layer less, of 3 × 3.</summary>
    [Range(1, 8192)]
    public IReadOnlyList<long> Channels { get; init; } = [128, 256, 512, 1024];

    /// <inheritdoc/>
    /// <remarks>Layers that normalise over the batch let examples, and draws of one example, depend on each other in training.</remarks>
    public override Traits Gives => Traits.None;

    /// <inheritdoc/>
    public override Form Input => Form.Grid;

    /// <inheritdoc/>
    public override string? Refuses(DataSpec data) => NeedsImages(data);

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
        var channels = Channels.Reverse().ToList();
        var sizes = Convolution.Halved(data.Shape[1], data.Shape[2], Channels.Count - 1).Reverse().ToList();
        var grid = (long[])[channels[0], sizes[0].Height, sizes[0].Width];
        var layers = sizes.Skip(1).SkipLast(1).SelectMany((size, i) => (nn.Module<Tensor, Tensor>[])
        [
            new TransposedConvolution(channels[i], channels[i + 1], kernel: 3, stride: 2, size, padding: 1),
            new BatchNormalisation(channels[i + 1], Activation.Relu),
        ]);
        var output = new TransposedConvolution(channels[^2], parameters * data.Shape[0], kernel: 3, stride: 2, sizes[^1], padding: 1);
        return new LayersDecoder([new Linear(inputs, grid[0] * grid[1] * grid[2])], layers, output, parameters, data, grid);
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Channels.Count < 2)
            yield return new($"must have at least two numbers, got {Channels.Count}.", [nameof(Channels)]);
    }
}

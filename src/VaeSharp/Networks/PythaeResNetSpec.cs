using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Networks;

/// <summary>Pythae's residual networks for MNIST, without normalisation. Any image size works; for others take resnet.</summary>
/// <remarks>
/// On 28 × 28 it is Encoder_ResNet_VAE_MNIST and Decoder_ResNet_AE_MNIST of pythae.models.nn.benchmarks.mnist, layer by layer. Weights
/// start Glorot-uniform as everywhere here, not as in PyTorch.
/// </remarks>
[Part("pythae-resnet",
    Paper = "Chadebec, Vincent and Allassonnière 2022, Pythae: Unifying Generative Autoencoders in Python, arXiv:2206.08309",
    Formula = "x → conv 64, 128, 128 → two blocks → z → 2048 → transposed conv 128 → two blocks → 64 → x")]
public sealed record PythaeResNetSpec : NetworkSpec, IValidatableObject
{
    /// <summary>Channels of the encoder's convolutions, of stride 2: of 4 × 4, but the last of 3 × 3.</summary>
    [Range(1, 8192)]
    public IReadOnlyList<long> Channels { get; init; } = [64, 128, 128];

    /// <summary>Channels within a residual block.</summary>
    [Range(1, 8192)]
    public int Width { get; init; } = 32;

    /// <summary>Number of residual blocks of the encoder, and of the decoder.</summary>
    [Range(0, 256)]
    public int Blocks { get; init; } = 2;

    /// <inheritdoc/>
    public override Form Input => Form.Grid;

    /// <inheritdoc/>
    public override string? Refuses(DataSpec data) => NeedsImages(data);

    /// <inheritdoc/>
    public override Encoder Encoder(long[] input)
    {
        var (layers, channels, height, width) = (new List<nn.Module<Tensor, Tensor>>(), input[0], input[1], input[2]);
        for (var i = 0; i < Channels.Count; i++)
        {
            var convolution = new Convolution(channels, Channels[i], kernel: i < Channels.Count - 1 ? 4 : 3, stride: 2, padding: 1);
            layers.Add(convolution);
            (channels, height, width) = (Channels[i], convolution.SizeOf(height), convolution.SizeOf(width));
        }
        return new LayersEncoder(layers.Concat(BlocksOf(channels)), channels * height * width);
    }

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> Decoder(long inputs, long parameters, DataSpec data)
    {
        var channels = (long[])[.. Channels.Reverse(), parameters * data.Shape[0]];
        var sizes = Convolution.Halved(data.Shape[1], data.Shape[2], Channels.Count).Reverse().ToList();
        var grid = (long[])[channels[0], sizes[0].Height, sizes[0].Width];
        var up = sizes.Skip(1).Select((size, i) => new TransposedConvolution(channels[i], channels[i + 1], kernel: 3, stride: 2, size,
            i > 0 && i < Channels.Count - 1 ? Activation.Relu : null, padding: 1)).ToList();
        IEnumerable<nn.Module<Tensor, Tensor>> layers =
            [up[0], .. BlocksOf(channels[1]), new ActivationLayer(Activation.Relu), .. up.Skip(1).SkipLast(1)];
        return new LayersDecoder([new Linear(inputs, grid[0] * grid[1] * grid[2])], layers, up[^1], parameters, data, grid);
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Channels.Count < 2)
            yield return new($"must have at least two numbers, got {Channels.Count}.", [nameof(Channels)]);
    }

    private IEnumerable<nn.Module<Tensor, Tensor>> BlocksOf(long channels) => Enumerable.Range(0, Blocks).Select(_ => new ResidualBlock(
        new Convolution(channels, Width, kernel: 3, stride: 1, Activation.Relu),
        new Convolution(Width, channels, kernel: 1, stride: 1),
        before: Activation.Relu));
}

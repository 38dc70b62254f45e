using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Networks;

/// <summary>
/// Pythae's residual networks for MNIST, CIFAR and CelebA, without normalisation. Those for MNIST take any image size; for others take
/// resnet.
/// </summary>
/// <remarks>
/// They are Encoder_ResNet_VAE_MNIST and Decoder_ResNet_AE_MNIST of pythae.models.nn.benchmarks.mnist, on 28 × 28, and their likes of cifar
/// and celeba, layer by layer: also the sigmoid in the middle of CelebA's decoder, which looks like a slip. Weights start Glorot-uniform as
/// everywhere here, not as in PyTorch.
/// </remarks>
[Part("pythae-resnet",
    Paper = "Chadebec, Vincent and Allassonnière 2022, Pythae: Unifying Generative Autoencoders in Python, arXiv:2206.08309",
    Formula = "x → conv 64, 128, 128 → two blocks → z → 2048 → transposed conv 128 → two blocks → 64 → x")]
public sealed record PythaeResNetSpec : NetworkSpec, IValidatableObject
{
    /// <summary>Which of its networks.</summary>
    public PythaeImages Images { get; init; }

    /// <summary>
    /// Channels of the encoder's convolutions, of stride 2: of 4 × 4, but the last of 3 × 3. For CIFAR the last has stride 1; for CelebA
    /// there is another one like it.
    /// </summary>
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
    public override string? Refuses(DataSpec data) => NeedsImages(data) ?? PythaeUp.Refuses(Images, data);

    /// <inheritdoc/>
    public override Encoder Encoder(long[] input)
    {
        var (layers, channels, height, width) = (new List<nn.Module<Tensor, Tensor>>(), input[0], input[1], input[2]);
        foreach (var (outputs, i) in Down.Select((outputs, i) => (outputs, i)))
        {
            var stride = Images == PythaeImages.Cifar && i == Channels.Count - 1 ? 1 : 2;
            var convolution = new Convolution(channels, outputs, kernel: i < Channels.Count - 1 ? 4 : 3, stride, padding: 1);
            layers.Add(convolution);
            (channels, height, width) = (outputs, convolution.SizeOf(height), convolution.SizeOf(width));
        }
        return new LayersEncoder(layers.Concat(BlocksOf(channels)), channels * height * width);
    }

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> Decoder(long inputs, long parameters, DataSpec data)
    {
        ((long Height, long Width) Start, PythaeUp[] Layers) plan = Images switch
        {
            PythaeImages.Cifar => ((8, 8), [new(4, 2, 1, 16), new(4, 2, 1, 32)]),
            PythaeImages.Celeba => ((4, 4), [new(3, 2, 1, 7), new(5, 2, 1, 15), new(5, 2, 1, 32), new(4, 2, 1, 64)]),
            _ => PythaeUp.Doubling(data, Channels.Count),
        };
        var channels = (long[])[.. Down.Reverse().TakeLast(plan.Layers.Length), parameters * data.Shape[0]];
        var up = plan.Layers.Select((layer, i) => layer.Layer(channels[i], channels[i + 1], Images switch
        {
            PythaeImages.Celeba when i == 1 => Activation.Sigmoid,
            PythaeImages.Mnist when i > 0 && i < plan.Layers.Length - 1 => Activation.Relu,
            _ => null,
        })).ToList();
        // The blocks stand behind the first of them; CIFAR's in front of all, at the size that the code begins with.
        var first = Images == PythaeImages.Cifar ? 0 : 1;
        IEnumerable<ActivationLayer> behind = Images == PythaeImages.Mnist ? [new ActivationLayer(Activation.Relu)] : [];
        IEnumerable<nn.Module<Tensor, Tensor>> layers =
            [.. up.Take(first), .. BlocksOf(channels[first]), .. behind, .. up.Skip(first).SkipLast(1)];
        var grid = (long[])[channels[0], plan.Start.Height, plan.Start.Width];
        return new LayersDecoder([new Linear(inputs, grid[0] * grid[1] * grid[2])], layers, up[^1], parameters, data, grid);
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Channels.Count < 2)
            yield return new($"must have at least two numbers, got {Channels.Count}.", [nameof(Channels)]);
    }

    private IEnumerable<long> Down => Images == PythaeImages.Celeba ? [.. Channels, Channels[^1]] : Channels;

    private IEnumerable<nn.Module<Tensor, Tensor>> BlocksOf(long channels) => Enumerable.Range(0, Blocks).Select(_ => new ResidualBlock(
        new Convolution(channels, Width, kernel: 3, stride: 1, Activation.Relu),
        new Convolution(Width, channels, kernel: 1, stride: 1),
        before: Activation.Relu));
}

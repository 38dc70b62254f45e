using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Networks;

/// <summary>
/// The convolutional networks of disentanglement_lib, which its numbers on images of 64 × 64 belong to. Any image size works.
/// </summary>
[Part("disentanglement-lib-conv",
    Paper = "Locatello et al. 2019, Challenging Common Assumptions in the Unsupervised Learning of Disentangled Representations, "
        + "arXiv:1811.12359",
    Formula = "x → conv 32, 32, 64, 64 → 256 → z → 256 → 1024 → transposed conv 64, 32, 32 → x")]
public sealed record DisentanglementLibSpec : NetworkSpec, IValidatableObject
{
    private const int DecoderKernel = 4;

    /// <summary>Channels of the convolutions, from the data to the code; each has stride 2, and a ReLU behind it.</summary>
    [Range(1, 8192)]
    public IReadOnlyList<long> Channels { get; init; } = [32, 32, 64, 64];

    /// <summary>Height and width of the kernel of each convolution. Those of the decoder are 4.</summary>
    [Range(2, 15)]
    public IReadOnlyList<long> Kernels { get; init; } = [4, 4, 2, 2];

    /// <summary>Width of the fully connected layer in front of the posterior, and of the decoder's first.</summary>
    [Range(1, 65_536)]
    public int Hidden { get; init; } = 256;

    /// <inheritdoc/>
    public override Form Input => Form.Grid;

    /// <inheritdoc/>
    public override string? Refuses(DataSpec data) => NeedsImages(data);

    /// <inheritdoc/>
    public override Encoder Encoder(long[] input)
    {
        var channels = (long[])[input[0], .. Channels];
        var (height, width) = Convolution.Halved(input[1], input[2], Channels.Count)[^1];
        var layers = Kernels.Select((kernel, i) => new Convolution(channels[i], channels[i + 1], kernel, stride: 2, Activation.Relu));
        return new LayersEncoder(layers, channels[^1] * height * width, new Linear(channels[^1] * height * width, Hidden, Activation.Relu));
    }

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> Decoder(long inputs, long parameters, DataSpec data)
    {
        var channels = (long[])[.. Channels.Reverse(), parameters * data.Shape[0]];
        var sizes = Convolution.Halved(data.Shape[1], data.Shape[2], Channels.Count).Reverse().ToList();
        var grid = (long[])[channels[0], sizes[0].Height, sizes[0].Width];
        var layers = sizes.Skip(1).Select((size, i) => new TransposedConvolution(channels[i], channels[i + 1], DecoderKernel, stride: 2,
            size, i < Channels.Count - 1 ? Activation.Relu : null)).ToList();
        var elements = grid[0] * grid[1] * grid[2];
        var hidden = (Linear[])[new Linear(inputs, Hidden, Activation.Relu), new Linear(Hidden, elements, Activation.Relu)];
        return new LayersDecoder(hidden, layers.SkipLast(1), layers[^1], parameters, data, grid);
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Channels.Count == 0 || Channels.Count != Kernels.Count)
        {
            yield return new($"needs a kernel for each convolution, and one at least, got {Channels.Count} channels and "
                + $"{Kernels.Count} kernels.");
        }
    }
}

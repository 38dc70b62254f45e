using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Networks;

/// <summary>
/// Residual blocks between convolutions that halve the image, and between their transposes that double it. Any image size works.
/// </summary>
/// <remarks>
/// Nothing is normalised over the batch: what a pass says of an example depends on no other. Instead the second convolution of each block
/// starts at 0 (Zhang, Dauphin and Ma 2019, Fixup Initialization, arXiv:1901.09321), so that a network of any depth starts as the conv
/// network of the same channels, and no signal grows with depth.
/// </remarks>
[Part("resnet", Paper = "He et al. 2016, Deep Residual Learning for Image Recognition, arXiv:1512.03385",
    Formula = "conv, with h → h + W₂ f(W₁ h) behind each layer")]
public sealed record ResNetSpec : NetworkSpec
{
    /// <summary>Channels of the stages, from the data to the code; each begins with a convolution of stride 2.</summary>
    [Range(1, 8192)]
    public IReadOnlyList<long> Channels { get; init; } = [32, 64];

    /// <summary>Number of residual blocks in each stage, of two convolutions each.</summary>
    [Range(1, 256)]
    public int Blocks { get; init; } = 2;

    /// <summary>Height and width of the kernels.</summary>
    [Range(2, 15)]
    public int Kernel { get; init; } = 3;

    /// <summary>
    /// Width of the fully connected layer between the convolutions and the posterior; 0 leaves it out, and so do codes with a place.
    /// </summary>
    [Range(0, 65_536)]
    public int Hidden { get; init; } = 256;

    /// <summary>The function behind each layer but the last, and within each block.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <inheritdoc/>
    public override Form Input => Form.Grid;

    /// <inheritdoc/>
    public override string? Refuses(DataSpec data) => NeedsImages(data);

    /// <inheritdoc/>
    public override Encoder Encoder(long[] input)
    {
        var channels = (long[])[input[0], .. Channels];
        var (height, width) = Convolution.Halved(input[1], input[2], Channels.Count)[^1];
        var layers = Channels.SelectMany((outputs, i) =>
            StageOf(outputs).Prepend(new Convolution(channels[i], outputs, Kernel, stride: 2, Activation)));
        var features = channels[^1] * height * width;
        return new LayersEncoder(layers, features, Hidden > 0 ? new Linear(features, Hidden, Activation) : null);
    }

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> Decoder(long inputs, long parameters, DataSpec data) =>
        Decoder(new LatentSpace(inputs), told: 0, parameters, data);

    /// <inheritdoc/>
    public override (long Height, long Width)? Raster(DataSpec data) =>
        data.IsImage ? Convolution.Halved(data.Shape[1], data.Shape[2], Channels.Count)[^1] : null;

    /// <inheritdoc/>
    public override Encoder PlacesEncoder(long[] input) => (this with { Hidden = 0 }).Encoder(input);

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> Decoder(LatentSpace latent, long told, long parameters, DataSpec data)
    {
        var inputs = latent.Units + told;
        var channels = (long[])[.. Channels.Reverse().DefaultIfEmpty(1)];
        var sizes = Convolution.Halved(data.Shape[1], data.Shape[2], Channels.Count).Reverse().ToList();
        var grid = (long[])[channels[0], sizes[0].Height, sizes[0].Width];
        var layers = sizes.Skip(1).SelectMany((size, i) =>
        {
            var before = channels[Math.Max(i - 1, 0)];
            return StageOf(before).Append(new TransposedConvolution(before, channels[i], Kernel, stride: 2, size, Activation));
        });
        var output = new TransposedConvolution(channels[^1], parameters * data.Shape[0], Kernel, stride: 1, sizes[^1]);
        if (latent.Raster is null)
            return new LayersDecoder([new Linear(inputs, grid[0] * grid[1] * grid[2], Activation)], layers, output, parameters, data, grid);
        var places = new Convolution(inputs, grid[0], Kernel, stride: 1, Activation);
        return new LayersDecoder([], layers.Prepend(places), output, parameters, data);
    }

    private IEnumerable<nn.Module<Tensor, Tensor>> StageOf(long channels) => Enumerable.Range(0, Blocks).Select(_ => new ResidualBlock(
        new Convolution(channels, channels, Kernel, stride: 1, Activation),
        new Convolution(channels, channels, Kernel, stride: 1, gain: 0)));
}

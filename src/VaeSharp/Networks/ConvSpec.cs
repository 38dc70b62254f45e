using System.ComponentModel.DataAnnotations;
using TorchSharp.Modules;

namespace VaeSharp.Networks;

/// <summary>Convolutions that halve the image, and their transposes that double it. Any image size works.</summary>
[Part("conv", Formula = "x → conv 32 → conv 64 → 256 → z → transposed conv 64 → 32 → x")]
public sealed record ConvSpec : NetworkSpec
{
    /// <summary>Channels of the convolutions, from the data to the code; each has stride 2.</summary>
    [Range(1, 8192)]
    public IReadOnlyList<long> Channels { get; init; } = [32, 64];

    /// <summary>Height and width of the kernels.</summary>
    [Range(2, 15)]
    public int Kernel { get; init; } = 3;

    /// <summary>
    /// Width of the fully connected layer between the convolutions and the posterior; 0 leaves it out, and so do codes with a place.
    /// </summary>
    [Range(0, 65_536)]
    public int Hidden { get; init; } = 256;

    /// <summary>The function behind each layer but the last.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <inheritdoc/>
    public override Form Input => Form.Grid;

    /// <inheritdoc/>
    public override string? Refuses(DataSpec data) => NeedsImages(data);

    /// <inheritdoc/>
    public override Encoder Encoder(long[] input) => new ConvEncoder(input, this);

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> Decoder(long inputs, long parameters, DataSpec data) =>
        Decoder(new LatentSpace(inputs), told: 0, parameters, data);

    /// <inheritdoc/>
    public override (long Height, long Width)? Raster(DataSpec data) => data.IsImage ? Sizes(data.Shape[1], data.Shape[2])[^1] : null;

    /// <inheritdoc/>
    public override Encoder PlacesEncoder(long[] input) => new ConvEncoder(input, this with { Hidden = 0 });

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> Decoder(LatentSpace latent, long told, long parameters, DataSpec data) =>
        new ConvDecoder(latent.Units + told, parameters, data, this, hasPlaces: latent.Raster is not null);

    /// <summary>Heights and widths in front of each convolution and behind the last.</summary>
    internal IReadOnlyList<(long Height, long Width)> Sizes(long height, long width) => Convolution.Halved(height, width, Channels.Count);
}

/// <summary>[B, C, H, W] → [B, Features].</summary>
internal sealed class ConvEncoder : Encoder
{
    private readonly ModuleList<Convolution> convolutions;
    private readonly Linear? hidden;
    private readonly long features;

    public ConvEncoder(long[] input, ConvSpec spec) : base(nameof(ConvEncoder))
    {
        var channels = (long[])[input[0], .. spec.Channels];
        var (height, width) = spec.Sizes(input[1], input[2])[^1];
        convolutions = nn.ModuleList([.. spec.Channels.Select((outputs, i) =>
            new Convolution(channels[i], outputs, spec.Kernel, stride: 2, spec.Activation))]);
        features = channels[^1] * height * width;
        if (spec.Hidden > 0)
            (hidden, features) = (new Linear(features, spec.Hidden, spec.Activation), spec.Hidden);
        RegisterComponents();
    }

    public override long Features => features;

    public override Tensor forward(Tensor x)
    {
        foreach (var convolution in convolutions)
            x = convolution.call(x);
        x = x.flatten(1);
        return hidden is null ? x : hidden.call(x);
    }

    public override LayerNode Describe(LayerGraph graph, LayerNode input)
    {
        var x = input;
        foreach (var convolution in convolutions)
            x = graph.Convolution(convolution, x);
        x = graph.Flatten(x);
        return hidden is null ? x : graph.Dense(hidden, x);
    }
}

/// <summary>[N, inputs] or, of codes with places, [N, inputs, H', W'] → [N, P, C, H, W].</summary>
internal sealed class ConvDecoder : nn.Module<Tensor, Tensor>, IDescribed
{
    private readonly Layer hidden;
    private readonly ModuleList<TransposedConvolution> convolutions;
    private readonly TransposedConvolution output;
    private readonly long[] grid;
    private readonly long[] shape;

    public ConvDecoder(long inputs, long parameters, DataSpec data, ConvSpec spec, bool hasPlaces) : base(nameof(ConvDecoder))
    {
        var channels = (long[])[.. spec.Channels.Reverse()];
        var sizes = spec.Sizes(data.Shape[1], data.Shape[2]).Reverse().ToList();
        grid = [-1, channels.Length > 0 ? channels[0] : 1, sizes[0].Height, sizes[0].Width];
        hidden = hasPlaces
            ? new Convolution(inputs, grid[1], spec.Kernel, stride: 1, spec.Activation)
            : new Linear(inputs, grid[1] * grid[2] * grid[3], spec.Activation);
        convolutions = nn.ModuleList([.. channels.Select((outputs, i) =>
            new TransposedConvolution(i == 0 ? outputs : channels[i - 1], outputs, spec.Kernel, stride: 2,
                sizes[i + 1], spec.Activation))]);
        output = new TransposedConvolution(channels.Length > 0 ? channels[^1] : 1, parameters * data.Shape[0], spec.Kernel,
            stride: 1, sizes[^1]);
        shape = [-1, parameters, .. data.Shape];
        RegisterComponents();
    }

    public override Tensor forward(Tensor z)
    {
        var x = hidden.call(z).view(grid);                                                       // [N, C', H', W']
        foreach (var convolution in convolutions)
            x = convolution.call(x);
        return output.call(x).reshape(shape);
    }

    public LayerNode Describe(LayerGraph graph, LayerNode input)
    {
        var x = graph.Follow([hidden], input, grid[1..]);
        x = hidden is Linear ? graph.Reshape(x, grid[1..]) : x;
        foreach (var convolution in convolutions)
            x = graph.TransposedConvolution(convolution, x);
        return graph.TransposedConvolution(output, x, name: "decoder_output");
    }
}

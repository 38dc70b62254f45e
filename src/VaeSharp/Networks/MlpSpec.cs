using System.ComponentModel.DataAnnotations;
using TorchSharp.Modules;

namespace VaeSharp.Networks;

/// <summary>Fully connected layers. The decoder has the encoder's widths in reverse.</summary>
[Part("mlp", Formula = "x → 512 → z → 512 → x")]
public sealed record MlpSpec : NetworkSpec
{
    /// <summary>Widths of the hidden layers, from the data to the code.</summary>
    [Range(1, 65_536)]
    public IReadOnlyList<long> Hidden { get; init; } = [512];

    /// <summary>The function behind each hidden layer.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <inheritdoc/>
    public override Form Input => Form.Vector;

    /// <inheritdoc/>
    public override Encoder Encoder(long[] input) => new MlpEncoder(input[0], Hidden, Activation);

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> Decoder(long inputs, long parameters, DataSpec data) =>
        new MlpDecoder(inputs, [.. Hidden.Reverse()], Activation, parameters, data);
}

/// <summary>[B, D] → [B, Features].</summary>
internal sealed class MlpEncoder : Encoder
{
    private readonly ModuleList<Linear> layers;
    private readonly long features;

    public MlpEncoder(long inputs, IReadOnlyList<long> widths, Activation activation) : base(nameof(MlpEncoder))
    {
        layers = Mlp.Layers(inputs, widths, activation);
        features = widths.Count > 0 ? widths[^1] : inputs;
        RegisterComponents();
    }

    public override long Features => features;

    public override Tensor forward(Tensor x) => Mlp.Forward(layers, x);

    public override LayerNode Describe(LayerGraph graph, LayerNode input) => Mlp.Describe(layers, graph, input);
}

/// <summary>[N, inputs] → [N, P, *shape].</summary>
internal sealed class MlpDecoder : nn.Module<Tensor, Tensor>, IDescribed
{
    private readonly ModuleList<Linear> layers;
    private readonly Linear output;
    private readonly long[] shape;

    public MlpDecoder(long inputs, IReadOnlyList<long> widths, Activation activation, long parameters, DataSpec data)
        : base(nameof(MlpDecoder))
    {
        layers = Mlp.Layers(inputs, widths, activation);
        output = new Linear(widths.Count > 0 ? widths[^1] : inputs, parameters * data.Size);
        shape = [-1, parameters, .. data.Shape];
        RegisterComponents();
    }

    public override Tensor forward(Tensor z) => output.call(Mlp.Forward(layers, z)).view(shape);

    public LayerNode Describe(LayerGraph graph, LayerNode input)
    {
        long[]? grid = shape is [_, var parameters, var channels, var height, var width] ? [parameters * channels, height, width] : null;
        return graph.Dense(output, Mlp.Describe(layers, graph, input), grid: grid);
    }
}

internal static class Mlp
{
    public static ModuleList<Linear> Layers(long inputs, IReadOnlyList<long> widths, Activation activation) =>
        nn.ModuleList([.. widths.Select((width, i) => new Linear(i == 0 ? inputs : widths[i - 1], width, activation))]);

    public static Tensor Forward(ModuleList<Linear> layers, Tensor x)
    {
        foreach (var layer in layers)
            x = layer.call(x);
        return x;
    }

    public static LayerNode Describe(ModuleList<Linear> layers, LayerGraph graph, LayerNode x)
    {
        foreach (var layer in layers)
            x = graph.Dense(layer, x);
        return x;
    }
}

using TorchSharp.Modules;

namespace VaeSharp.Networks;

/// <summary>Layers one behind the other, and perhaps a fully connected one behind them: [B, *input] → [B, Features].</summary>
internal sealed class LayersEncoder : Encoder
{
    private readonly ModuleList<nn.Module<Tensor, Tensor>> layers;
    private readonly Linear? hidden;
    private readonly long features;

    /// <summary>Joins layers.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="features">Number of elements of what the last one yields.</param>
    /// <param name="hidden">A layer on these elements; null for none.</param>
    public LayersEncoder(IEnumerable<nn.Module<Tensor, Tensor>> layers, long features, Linear? hidden = null) : base(nameof(LayersEncoder))
    {
        (this.hidden, this.features) = (hidden, hidden?.Outputs ?? features);
        this.layers = nn.ModuleList([.. layers]);
        RegisterComponents();
    }

    public override long Features => features;

    public override Tensor forward(Tensor x)
    {
        foreach (var layer in layers)
            x = layer.call(x);
        x = x.flatten(1);
        return hidden is null ? x : hidden.call(x);
    }

    public override LayerNode Describe(LayerGraph graph, LayerNode input)
    {
        var x = graph.Follow(layers, input);
        x = x.Shape.Count == 1 ? x : graph.Flatten(x);
        return hidden is null ? x : graph.Dense(hidden, x);
    }
}

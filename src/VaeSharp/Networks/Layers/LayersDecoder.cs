using TorchSharp.Modules;

namespace VaeSharp.Networks;

/// <summary>Layers one behind the other, on vectors and then on images: [N, inputs] → [N, P, *shape].</summary>
internal sealed class LayersDecoder : nn.Module<Tensor, Tensor>, IDescribed
{
    private readonly ModuleList<nn.Module<Tensor, Tensor>> hidden;
    private readonly ModuleList<nn.Module<Tensor, Tensor>> layers;
    private readonly Layer output;
    private readonly long[] grid;
    private readonly long[] shape;

    /// <summary>Joins layers.</summary>
    /// <param name="hidden">Layers on vectors.</param>
    /// <param name="layers">Layers on images.</param>
    /// <param name="output">The last layer.</param>
    /// <param name="parameters">Number of parameters of the likelihood for each data element.</param>
    /// <param name="data">What one example is.</param>
    /// <param name="grid">The image [C, H, W] whose elements the last vector has; null where there are no images in between.</param>
    public LayersDecoder(IEnumerable<nn.Module<Tensor, Tensor>> hidden, IEnumerable<nn.Module<Tensor, Tensor>> layers, Layer output,
        long parameters, DataSpec data, long[]? grid = null) : base(nameof(LayersDecoder))
    {
        (this.hidden, this.layers, this.output) = (nn.ModuleList([.. hidden]), nn.ModuleList([.. layers]), output);
        (this.grid, shape) = (grid ?? [], [-1, parameters, .. data.Shape]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor z)
    {
        var x = z;
        foreach (var layer in hidden)
            x = layer.call(x);
        x = grid.Length == 0 ? x : x.view([-1, .. grid]);                                        // [N, C', H', W']
        foreach (var layer in layers)
            x = layer.call(x);
        return output.call(x).reshape(shape);
    }

    public LayerNode Describe(LayerGraph graph, LayerNode input)
    {
        var x = graph.Follow(hidden, input, grid);
        x = grid.Length == 0 ? x : graph.Reshape(x, grid);
        x = graph.Follow(layers, x);
        long[]? image = shape is [_, var parameters, var channels, var height, var width] ? [parameters * channels, height, width] : null;
        return output switch
        {
            Linear dense => graph.Dense(dense, x, grid: image),
            TransposedConvolution convolution => graph.TransposedConvolution(convolution, x, name: "decoder_output"),
            _ => graph.Follow([output], x),
        };
    }
}

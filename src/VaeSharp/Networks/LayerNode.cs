namespace VaeSharp.Networks;

/// <summary>One layer of a model, as summaries, diagrams and exports tell it.</summary>
public sealed class LayerNode
{
    internal LayerNode(string name, LayerType type, string typeName, IEnumerable<long> shape, IEnumerable<LayerNode> inputs)
    {
        (Name, Type, TypeName, Shape, Inputs) = (name, type, typeName, [.. shape], [.. inputs]);
    }

    /// <summary>The layer's name, unique in its model: <c>conv2d_1</c>, <c>z_mean</c>.</summary>
    public string Name { get; }

    /// <summary>What it computes.</summary>
    public LayerType Type { get; }

    /// <summary>What it is called in a table, by Keras's word where there is one: <c>Conv2D</c>.</summary>
    public string TypeName { get; }

    /// <summary>The shape of its output for one example: [D] or [C, H, W].</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The layers whose outputs go into it.</summary>
    public IReadOnlyList<LayerNode> Inputs { get; }

    /// <summary>The function of each element of its output, by Keras's name; empty for none.</summary>
    public string Activation { get; internal set; } = "";

    /// <summary>Height and width of its kernel; 0 where it has none.</summary>
    public long Kernel { get; internal init; }

    /// <summary>Rows and columns between two places of its kernel; 0 where it has none.</summary>
    public long Stride { get; internal init; }

    /// <summary>Scale and offset of a <see cref="LayerType.Rescaling"/>.</summary>
    public (double Scale, double Offset) Rescaling { get; internal init; } = (1, 0);

    /// <summary>Number of learned numbers.</summary>
    public long Parameters { get; internal init; }

    /// <summary>Number D of elements of its output for one example.</summary>
    public long Size => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>What the layer is made of, in short: <c>3 × 3, stride 2, relu</c>.</summary>
    public string Detail => string.Join(", ", new[]
    {
        Kernel > 0 ? $"{Kernel} × {Kernel}" : "",
        Stride > 1 ? $"stride {Stride}" : "",
        Activation,
    }.Where(word => word.Length > 0));

    /// <summary>What holds its weights; null where it has none.</summary>
    internal nn.Module? Module { get; init; }

    /// <summary>The grid [C, H, W] whose elements, in this order, a vector has; null for other outputs.</summary>
    internal IReadOnlyList<long>? Grid { get; init; }
}

using VaeSharp.Networks;

namespace VaeSharp.Keras;

/// <summary>One layer's weights between our axes and Keras's.</summary>
/// <remarks>
/// Dense: W [outputs, inputs] ↔ kernel [inputs, outputs]. Convolutions: [O, I, k, k] ↔ [k, k, I, O], and transposed ones
/// [I, O, k, k] ↔ [k, k, O, I]. A vector that has the elements of a grid has them in the order [C, H, W] here and [H, W, C] in Keras: the
/// rows of a kernel behind a Flatten, and the columns of one in front of a Reshape, are exchanged accordingly.
/// </remarks>
internal sealed class KerasAxes
{
    private readonly Tensor weight;
    private readonly Tensor bias;

    public KerasAxes(LayerNode node)
    {
        Node = node;
        var parameters = node.Module!.named_parameters().ToDictionary(pair => pair.name, pair => (Tensor)pair.parameter);
        (weight, bias) = (parameters["weight"], parameters["bias"]);
    }

    /// <summary>The layer.</summary>
    public LayerNode Node { get; }

    /// <summary>Its class, as Keras's files name it.</summary>
    public string Class => ClassOf(Node);

    /// <summary>The shapes of kernel and bias in Keras.</summary>
    public IReadOnlyList<long[]> Shapes
    {
        get
        {
            var shape = weight.shape;
            long[] kernel = shape.Length == 2 ? [shape[1], shape[0]] : [shape[2], shape[3], shape[1], shape[0]];
            return [kernel, bias.shape];
        }
    }

    /// <summary>Keras's kernel and bias.</summary>
    public IReadOnlyList<Tensor> ToKeras()
    {
        var (rows, columns) = (Order(Node.Inputs[0]), Order(Node));
        return weight.dim() == 2
            ? [Pick(Pick(weight, 0, columns), 1, rows).t().contiguous(), Pick(bias, 0, columns).contiguous()]
            : [weight.permute(2, 3, 1, 0).contiguous(), bias.contiguous()];
    }

    /// <summary>Takes Keras's kernel and bias, whose shapes have been checked.</summary>
    public void FromKeras(Tensor kernel, Tensor values)
    {
        var (rows, columns) = (Inverse(Order(Node.Inputs[0])), Inverse(Order(Node)));
        weight.copy_(weight.dim() == 2 ? Pick(Pick(kernel.t(), 0, columns), 1, rows) : kernel.permute(3, 2, 0, 1));
        bias.copy_(weight.dim() == 2 ? Pick(values, 0, columns) : values);
    }

    /// <summary>The layer's class, as Keras's files name it: <c>conv2d_transpose</c>.</summary>
    public static string ClassOf(LayerNode node) => LayerGraph.SnakeCase(node.TypeName);

    /// <summary>For each place of a vector in Keras, its place here; null where they are the same.</summary>
    private static long[]? Order(LayerNode node)
    {
        if (node.Grid is [1, _, _])
            return null;
        if (node.Grid is [var channels, var height, var width])
            return [.. from h in Range(height) from w in Range(width) from c in Range(channels) select (c * height + h) * width + w];
        if (node.Type != LayerType.Concatenate || node.Shape.Count != 1 || node.Inputs.All(input => Order(input) is null))
            return null;
        var (order, offset) = (new List<long>(), 0L);
        foreach (var input in node.Inputs)
        {
            order.AddRange((Order(input) ?? [.. Range(input.Size)]).Select(place => place + offset));
            offset += input.Size;
        }
        return [.. order];
    }

    private static IEnumerable<long> Range(long count) => Enumerable.Range(0, checked((int)count)).Select(i => (long)i);

    private static long[]? Inverse(long[]? order)
    {
        if (order is null)
            return null;
        var inverse = new long[order.Length];
        for (var i = 0; i < order.Length; i++)
            inverse[order[i]] = i;
        return inverse;
    }

    private static Tensor Pick(Tensor values, long dimension, long[]? order) =>
        order is null ? values : values.index_select(dimension, tensor(order, device: values.device));
}

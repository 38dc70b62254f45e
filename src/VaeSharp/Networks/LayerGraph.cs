using System.Text.Json;

namespace VaeSharp.Networks;

/// <summary>The layers of one half of a model and how they are connected, in the order of the pass.</summary>
/// <remarks>Parts write themselves down in words that follow their forward pass. Layers without a name of their own are numbered by
/// type as Keras does, from 1 and over both halves: <c>dense_1</c>.</remarks>
public sealed class LayerGraph
{
    private readonly List<LayerNode> nodes = [];
    private readonly Dictionary<string, int> numbers;

    /// <summary>Starts a graph.</summary>
    /// <param name="name">The half's name: <c>encoder</c>.</param>
    /// <param name="before">The graph whose numbering goes on; null to start at 1.</param>
    public LayerGraph(string name, LayerGraph? before = null) => (Name, numbers) = (name, before?.numbers ?? []);

    /// <summary>The half's name.</summary>
    public string Name { get; }

    /// <summary>The layers, each behind those that it is connected to.</summary>
    public IReadOnlyList<LayerNode> Nodes => nodes;

    /// <summary>What comes in from outside.</summary>
    public IReadOnlyList<LayerNode> Inputs => [.. nodes.Where(node => node.Type == LayerType.Input)];

    /// <summary>What goes out.</summary>
    public IReadOnlyList<LayerNode> Outputs { get; private set; } = [];

    /// <summary>Number of learned numbers.</summary>
    public long Parameters => nodes.Sum(node => node.Parameters);

    /// <summary>Takes note of what goes out.</summary>
    public void End(params LayerNode[] outputs) => Outputs = outputs;

    /// <summary>An input: vectors may stand for a grid whose elements they have.</summary>
    public LayerNode Input(string name, IReadOnlyList<long> shape, IReadOnlyList<long>? grid = null) =>
        Add(new LayerNode(name, LayerType.Input, "InputLayer", shape, []) { Grid = grid });

    /// <summary>y = W x + b.</summary>
    /// <param name="layer">The weights.</param>
    /// <param name="input">x.</param>
    /// <param name="name">The layer's name; null for a number.</param>
    /// <param name="grid">The grid [C, H, W] whose elements y has.</param>
    public LayerNode Dense(Linear layer, LayerNode input, string? name = null, IReadOnlyList<long>? grid = null) =>
        Add(new LayerNode(name ?? Numbered("Dense"), LayerType.Dense, "Dense", [layer.Outputs], [input])
        {
            Activation = NameOf(layer.Activation),
            Parameters = Count(layer),
            Module = layer,
            Grid = grid,
        });

    /// <summary>A convolution.</summary>
    public LayerNode Convolution(Convolution layer, LayerNode input)
    {
        var shape = (long[])[layer.Outputs, .. input.Shape.Skip(1).Select(layer.SizeOf)];
        return Add(new LayerNode(Numbered("Conv2D"), layer.IsSame ? LayerType.Convolution : LayerType.Other, "Conv2D", shape, [input])
        {
            Activation = NameOf(layer.Activation),
            Kernel = layer.Size,
            Stride = layer.Stride,
            Parameters = Count(layer),
            Module = layer,
        });
    }

    /// <summary>The transpose of a convolution, and what is cut off behind it.</summary>
    public LayerNode TransposedConvolution(TransposedConvolution layer, LayerNode input, string? name = null)
    {
        var (height, width) = layer.Target;
        var shape = (long[])[layer.Outputs, height, width];
        if (layer.IsSame)
            shape = [layer.Outputs, input.Shape[1] * layer.Stride, input.Shape[2] * layer.Stride];
        name ??= Numbered("Conv2DTranspose");
        var type = layer.IsSame ? LayerType.TransposedConvolution : LayerType.Other;
        var output = Add(new LayerNode(name, type, "Conv2DTranspose", shape, [input])
        {
            Activation = NameOf(layer.Activation),
            Kernel = layer.Size,
            Stride = layer.Stride,
            Parameters = Count(layer),
            Module = layer,
        });
        return (shape[1], shape[2]) == (height, width)
            ? output
            : Add(new LayerNode(Numbered("Cropping2D"), LayerType.Cropping, "Cropping2D", [shape[0], height, width], [output]));
    }

    /// <summary>A grid becomes a vector.</summary>
    public LayerNode Flatten(LayerNode input) =>
        Add(new LayerNode(Numbered("Flatten"), LayerType.Flatten, "Flatten", [input.Size], [input]) { Grid = input.Shape });

    /// <summary>A vector becomes a grid.</summary>
    public LayerNode Reshape(LayerNode input, IReadOnlyList<long> shape) =>
        Add(new LayerNode(Numbered("Reshape"), LayerType.Reshape, "Reshape", shape, [input]));

    /// <summary>A vector, at each place of a raster.</summary>
    public LayerNode Repeat(LayerNode input, long height, long width) =>
        Add(new LayerNode(Numbered("Repeat"), LayerType.Other, "Repeat", [input.Size, height, width], [input]));

    /// <summary>Inputs one behind the other: vectors by elements, grids by channels.</summary>
    public LayerNode Concatenate(params LayerNode[] inputs)
    {
        var shape = (long[])[inputs.Sum(input => input.Shape[0]), .. inputs[0].Shape.Skip(1)];
        return Add(new LayerNode(Numbered("Concatenate"), LayerType.Concatenate, "Concatenate", shape, inputs));
    }

    /// <summary>Inputs of one shape, added.</summary>
    public LayerNode Sum(params LayerNode[] inputs) => Add(new LayerNode(Numbered("Add"), LayerType.Sum, "Add", inputs[0].Shape, inputs));

    /// <summary>Inputs of one shape, multiplied.</summary>
    public LayerNode Product(params LayerNode[] inputs) =>
        Add(new LayerNode(Numbered("Multiply"), LayerType.Product, "Multiply", inputs[0].Shape, inputs));

    /// <summary>A function of each element, as a layer of its own: what goes in is used elsewhere too.</summary>
    public LayerNode Activate(LayerNode input, Activation function) =>
        Add(new LayerNode(Numbered("Activation"), LayerType.Activation, "Activation", input.Shape, [input])
        {
            Activation = NameOf(function),
            Grid = input.Grid,
        });

    /// <summary>Layers one behind the other.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="input">What goes into the first.</param>
    /// <param name="grid">The grid [C, H, W] whose elements the last one's vector has; null or empty for none.</param>
    public LayerNode Follow(IEnumerable<nn.Module> layers, LayerNode input, IReadOnlyList<long>? grid = null)
    {
        var list = layers.ToList();
        foreach (var layer in list)
        {
            input = layer switch
            {
                Linear dense => Dense(dense, input, grid: layer == list[^1] && grid is { Count: > 0 } ? grid : null),
                Convolution convolution => Convolution(convolution, input),
                TransposedConvolution convolution => TransposedConvolution(convolution, input),
                IDescribed described => described.Describe(this, input),
                _ => throw new ArgumentException($"Say how {layer.GetName()} is written down.", nameof(layers)),
            };
        }
        return input;
    }

    /// <summary>A function of each element, by Keras's name. It becomes a property of the layer before where that can have one.</summary>
    public LayerNode Activate(LayerNode input, string function)
    {
        if (input is { Type: LayerType.Dense or LayerType.Convolution or LayerType.TransposedConvolution, Activation: "" })
        {
            input.Activation = function;
            return input;
        }
        return Add(new LayerNode(Numbered("Activation"), LayerType.Activation, "Activation", input.Shape, [input])
        {
            Activation = function,
            Grid = input.Grid,
        });
    }

    /// <summary>Each element times a scale, plus an offset.</summary>
    public LayerNode Rescale(LayerNode input, double scale, double offset) => (scale, offset) == (1, 0)
        ? input
        : Add(new LayerNode(Numbered("Rescaling"), LayerType.Rescaling, "Rescaling", input.Shape, [input])
        {
            Rescaling = (scale, offset),
            Grid = input.Grid,
        });

    /// <summary>A draw z = μ + σε.</summary>
    public LayerNode Sample(LayerNode mean, LayerNode logVar) =>
        Add(new LayerNode("z", LayerType.Sampling, "Sampling", mean.Shape, [mean, logVar]));

    /// <summary>
    /// Something that no other word here describes. It has those of the module's learned numbers that no layer before it has.
    /// </summary>
    /// <param name="module">What holds its weights.</param>
    /// <param name="shape">The shape of its output.</param>
    /// <param name="inputs">What goes into it.</param>
    public LayerNode Other(nn.Module module, IReadOnlyList<long> shape, params LayerNode[] inputs) =>
        Add(new LayerNode(Numbered(module.GetName()), LayerType.Other, module.GetName(), shape, inputs)
        {
            Parameters = Rest(module),
            Module = module,
        });

    /// <summary>Adds a line for each module some of whose learned numbers no layer has.</summary>
    public void AddRest(IEnumerable<nn.Module> modules)
    {
        foreach (var module in modules)
        {
            var rest = Rest(module);
            if (rest > 0)
                Add(new LayerNode(Numbered(module.GetName()), LayerType.Other, module.GetName(), [], []) { Parameters = rest });
        }
    }

    // Number of learned numbers that no layer has so far.
    private long Rest(nn.Module module)
    {
        var told = nodes.Select(node => node.Module).OfType<nn.Module>()
            .SelectMany(other => other.parameters()).Select(parameter => parameter.Handle).ToHashSet();
        return module.parameters().Where(parameter => !told.Contains(parameter.Handle)).Sum(parameter => parameter.numel());
    }

    private static long Count(nn.Module module) => module.parameters().Sum(parameter => parameter.numel());

    private static string NameOf(Activation? activation) =>
        activation is { } function ? JsonNamingPolicy.SnakeCaseLower.ConvertName(function.ToString()) : "";

    /// <summary>A type as Keras's names and files have it: <c>conv2d_transpose</c>, <c>input_layer</c>.</summary>
    internal static string SnakeCase(string type) => type switch
    {
        "Conv2D" => "conv2d",
        "Conv2DTranspose" => "conv2d_transpose",
        "Cropping2D" => "cropping2d",
        _ => JsonNamingPolicy.SnakeCaseLower.ConvertName(type),
    };

    private string Numbered(string type)
    {
        var word = SnakeCase(type);
        numbers[word] = numbers.GetValueOrDefault(word) + 1;
        return $"{word}_{numbers[word]}";
    }

    private LayerNode Add(LayerNode node)
    {
        nodes.Add(node);
        return node;
    }
}

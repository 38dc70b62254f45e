namespace VaeSharp.Interop;

/// <summary>The older layout: one group for each layer of the saved model, with the names of all weights in it in an attribute.</summary>
internal sealed class KerasLegacyReader(Hdf5File file)
{
    /// <summary>The group that has the weights where a whole model was saved.</summary>
    public const string WholeModel = "model_weights";

    /// <summary>The group for weights that belong to the saved model and to none of its layers.</summary>
    public const string TopLevel = "top_level_model_weights";

    /// <summary>The attribute that names the layers.</summary>
    public const string LayerNames = "layer_names";

    /// <summary>The attribute that names a layer's weights.</summary>
    public const string WeightNames = "weight_names";

    private const int MostNames = 100_000;

    /// <summary>Whether a group has the layers of a saved model.</summary>
    public static bool Is(Hdf5Group group) => group.Texts(LayerNames) is not null || group.Texts(LayerNames + "0") is not null;

    /// <summary>Reads all layers.</summary>
    public List<KerasModel> Read(Hdf5Group root)
    {
        var (own, models, seen) = (new List<KerasLayer>(), new List<KerasModel>(), new HashSet<string>());
        foreach (var name in Names(root, LayerNames))
        {
            if (!seen.Add(name))
                throw file.Source.Refuse($"names the layer '{Hdf5Name.Shown(name)}' twice");
            KerasReader.Bound(file, seen.Count);
            Add(name, root.Group(name), own, models);
        }
        if (root.HasGroup(TopLevel) && Layers(TopLevel, root.Group(TopLevel)) is { Count: > 0 } loose)
            own.Add(new KerasLayer(TopLevel, null, [.. loose.SelectMany(layer => layer.Weights)]));
        return own.Count > 0 ? [new KerasModel("", null, own), .. models] : models;
    }

    private static void Add(string name, Hdf5Group group, List<KerasLayer> own, List<KerasModel> models)
    {
        var layers = Layers(name, group);
        if (layers.Count == 0)
            own.Add(new KerasLayer(name, null, []));
        else if (layers.Count == 1 && IsSame(layers[0].Name, name))
            own.Add(layers[0] with { Name = name });
        else
            models.Add(new KerasModel(name, null, layers));
    }

    // TensorFlow makes scopes unique by a number: layer z_mean may have its weights under z_mean_1.
    private static bool IsSame(string inner, string name) => inner == name
        || (inner.StartsWith(name + "_", StringComparison.Ordinal) && KerasReader.Number(inner[(name.Length + 1)..]) is not null);

    private static List<KerasLayer> Layers(string name, Hdf5Group group)
    {
        var (order, weights) = (new List<string>(), new Dictionary<string, List<NdArray>>());
        foreach (var weight in Names(group, WeightNames))
        {
            var parts = weight.Split('/', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0)
                throw group.Refuse("has a weight without a name");
            var inner = parts.Length > 2 && parts[0] == name ? parts[1..^1] : parts[..^1];
            var layer = inner.Length == 0 ? name : string.Join('/', inner);
            if (!weights.TryGetValue(layer, out var arrays))
            {
                weights[layer] = arrays = [];
                order.Add(layer);
            }
            arrays.Add(group.Group(string.Join('/', parts[..^1])).DataSet(parts[^1]).Read());
        }
        return [.. order.Select(layer => new KerasLayer(layer, null, weights[layer]))];
    }

    // A long list is split over attributes with a number behind their names.
    private static List<string> Names(Hdf5Group group, string attribute)
    {
        var names = new List<string>(group.Texts(attribute) ?? []);
        for (var i = 0; names.Count <= MostNames && group.Texts($"{attribute}{i}") is { } more; i++)
            names.AddRange(more);
        return names.Count <= MostNames ? names : throw group.Refuse($"has more than {MostNames:N0} names");
    }
}

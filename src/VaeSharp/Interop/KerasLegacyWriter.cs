using System.Text;
using PureHDF;

namespace VaeSharp.Interop;

/// <summary>Writes the older layout.</summary>
internal static class KerasLegacyWriter
{
    // Keras splits lists of names so that an attribute fits into HDF5's 64 KiB.
    private const int MostBytes = 64_512;

    // Keras turns the weights of other back ends, and of versions before 2, around when it reads them.
    private const string Backend = "tensorflow";
    private const string Version = "2.3.1";

    /// <summary>Writes a file.</summary>
    public static void Write(string path, IReadOnlyList<string> inputs, IReadOnlyList<KerasModel> models)
    {
        var layers = models.SelectMany(model => model.Name.Length > 0
            ? [model]
            : model.Layers.Select(layer => new KerasModel(layer.Name, null, [layer])));
        var groups = inputs.Select(input => new KerasModel(input, null, [])).Concat(layers)
            .Select(model => (model.Name, Weights: Weights(model.Layers))).ToList();
        var root = new H5File();
        root.Attributes["backend"] = Backend;
        root.Attributes["keras_version"] = Version;
        var texts = groups.SelectMany(group => group.Weights.Select(weight => weight.Name).Append(group.Name)).Append(Backend);
        var length = texts.Max(Encoding.UTF8.GetByteCount);
        Names(root, KerasLegacyReader.LayerNames, [.. groups.Select(group => group.Name)], length);
        foreach (var (name, weights) in groups)
        {
            var group = new H5Group();
            Names(group, KerasLegacyReader.WeightNames, [.. weights.Select(weight => weight.Name)], length);
            foreach (var weight in weights)
                Put(group, weight.Name, weight.Array);
            KerasFile.Put(root, name, group);
        }
        KerasFile.Write(path, root, length);
    }

    // Keras reads them by their order: what is trained in all layers, then what is not.
    private static List<(string Name, NdArray Array)> Weights(IReadOnlyList<KerasLayer> layers)
    {
        var weights = layers.SelectMany(layer => layer.Weights.Select((array, i) =>
        {
            var (name, trained) = Name(layer, i);
            return (Name: $"{layer.Name}/{name}:0", Array: array, Trained: trained);
        })).ToList();
        return [.. weights.OrderBy(weight => weight.Trained ? 0 : 1).Select(weight => (weight.Name, weight.Array))];
    }

    private static (string Name, bool Trained) Name(KerasLayer layer, int index)
    {
        var normalizes = layer.Class == "batch_normalization"
            || (layer.Class is null && layer.Weights is { Count: 4 } && layer.Weights.All(array => array.Shape.Length == 1));
        if (normalizes && index >= layer.Weights.Count - 2)
            return (index == layer.Weights.Count - 1 ? "moving_variance" : "moving_mean", false);
        string[] names = normalizes ? ["gamma", "beta"] : ["kernel", "bias"];
        return (index < names.Length ? names[index] : $"weight_{index}", true);
    }

    private static void Put(H5Group group, string path, NdArray array)
    {
        var parts = path.Split('/');
        foreach (var part in parts[..^1])
        {
            if (!group.TryGetValue(part, out var inner))
                KerasFile.Put(group, part, inner = new H5Group());
            group = inner as H5Group ?? throw new ArgumentException($"Two layers or models are called '{part}'; rename one.", nameof(path));
        }
        KerasFile.Put(group, parts[^1], KerasFile.DataSet(array));
    }

    private static void Names(H5Group group, string attribute, string[] names, int length)
    {
        if (length > MostBytes)
            throw new ArgumentException($"A name has {length:N0} bytes; {MostBytes:N0} are the most.", nameof(names));
        if (names.Length == 0)
            group.Attributes[attribute] = Array.Empty<double>();                    // as NumPy makes of an empty list
        else if (names.Length * length <= MostBytes)
            group.Attributes[attribute] = names;
        else
        {
            foreach (var (index, part) in names.Chunk(MostBytes / length).Index())
                group.Attributes[$"{attribute}{index}"] = part;
        }
    }
}

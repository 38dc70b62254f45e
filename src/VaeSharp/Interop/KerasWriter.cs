using PureHDF;

namespace VaeSharp.Interop;

/// <summary>Writes Keras 3's layout.</summary>
internal static class KerasWriter
{
    /// <summary>Writes a file.</summary>
    public static void Write(string path, string name, IReadOnlyList<KerasLayer> inputs, IReadOnlyList<KerasModel> models)
    {
        var layers = new H5Group();
        var names = new Dictionary<string, int>();
        foreach (var layer in inputs.Concat(models.Where(model => model.Name.Length == 0).SelectMany(model => model.Layers)))
            KerasFile.Put(layers, Unique(names, layer.Name, layer.Class), Layer(layer));
        foreach (var model in models.Where(model => model.Name.Length > 0))
            KerasFile.Put(layers, Unique(names, model.Name, model.Class), Model(model));
        KerasFile.Write(path, new H5File { [KerasReader.LayersGroup] = layers, [KerasReader.VarsGroup] = Vars(name, []) }, textLength: 0);
    }

    private static H5Group Model(KerasModel model)
    {
        if (model.Name.Contains('/'))
            throw new ArgumentException($"Model '{model.Name}' is within another one, which is not written.", nameof(model));
        var layers = new H5Group();
        var names = new Dictionary<string, int>();
        foreach (var layer in model.Layers)
            KerasFile.Put(layers, Unique(names, layer.Name, layer.Class), Layer(layer));
        return new H5Group { [KerasReader.LayersGroup] = layers, [KerasReader.VarsGroup] = Vars(model.Name, []) };
    }

    private static H5Group Layer(KerasLayer layer) => new() { [KerasReader.VarsGroup] = Vars(layer.Name, layer.Weights) };

    private static H5Group Vars(string name, IReadOnlyList<NdArray> weights)
    {
        var vars = new H5Group();
        foreach (var (index, weight) in weights.Index())
            vars[$"{index}"] = KerasFile.DataSet(weight);
        vars.Attributes["name"] = name;
        return vars;
    }

    // Keras counts from the second of a class on: dense, dense_1.
    private static string Unique(Dictionary<string, int> names, string name, string? @class)
    {
        if (@class is null)
        {
            throw new ArgumentException(
                $"Keras 3 names layers by class, but '{name}' has none. Give it one, or write the older layout.", nameof(name));
        }
        names[@class] = names.TryGetValue(@class, out var number) ? number + 1 : 0;
        return names[@class] == 0 ? @class : $"{@class}_{names[@class]}";
    }
}

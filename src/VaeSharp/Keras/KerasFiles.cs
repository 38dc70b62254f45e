using VaeSharp.Interop;
using VaeSharp.Models;
using VaeSharp.Networks;

namespace VaeSharp.Keras;

/// <summary>A model's weights from and to the files of Keras.</summary>
internal static class KerasFiles
{
    /// <summary>
    /// Fills a model with the weights of a file: either HDF5 layout, or a .keras archive. Nothing changes unless all fits.
    /// </summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or its layers are not the model's; the message names the layer.
    /// </exception>
    public static void Load(Autoencoder model, string path)
    {
        var architecture = model.Describe();
        CheckForm(architecture);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (ours, theirs) in new KerasMatch(path).Pair(architecture, KerasWeights.Read(path, MostBytes(model))))
        {
            var arrays = theirs.Weights.Select(array => tensor(array.ToFloats(), array.Shape)).ToList();
            ours.FromKeras(arrays[0], arrays[1]);
        }
    }

    // Double precision, and weights that the file has in more than one place, are within four times eight bytes each.
    private static long MostBytes(Autoencoder model) =>
        4 * sizeof(double) * model.parameters().Sum(values => values.numel()) + (1 << 20);

    /// <summary>Writes the newer layout, <c>.weights.h5</c>, or the older one, <c>.h5</c>, which old Keras reads too.</summary>
    /// <exception cref="NotSupportedException">A part of the model has no counterpart in Keras.</exception>
    public static void Save(Autoencoder model, string path, string name, bool older)
    {
        var architecture = model.Describe();
        CheckForm(architecture);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        KerasLayer[] inputs = [.. architecture.Encoder.Inputs.Select(Layer)];
        KerasModel[] models = [Model(architecture.Encoder, inputs), Model(architecture.Decoder, inputs)];
        if (older)
            KerasWeights.WriteLegacy(path, [.. inputs.Select(input => input.Name)], models);
        else
            KerasWeights.Write(path, name, inputs, models);
    }

    /// <summary>Refuses a model that Keras's layers cannot express.</summary>
    /// <exception cref="NotSupportedException">A part of the model has no counterpart in Keras.</exception>
    public static void CheckForm(Architecture architecture)
    {
        var nodes = architecture.Encoder.Nodes.Concat(architecture.Decoder.Nodes);
        if (nodes.FirstOrDefault(node => node.Type == LayerType.Other) is { } strange)
        {
            throw new NotSupportedException(
                $"Keras has no layer like '{strange.Name}' ({strange.TypeName}) of this model: "
                    + "its weights cannot be carried there or back.");
        }
    }

    // A layer that stands in the whole model already, as its inputs do, is not written again below a half.
    private static KerasModel Model(LayerGraph graph, KerasLayer[] inputs) =>
        new(graph.Name, "functional", [.. graph.Nodes.Where(node => inputs.All(input => input.Name != node.Name)).Select(Layer)]);

    private static KerasLayer Layer(LayerNode node) =>
        new(node.Name, KerasAxes.ClassOf(node), node.Module is Layer ? [.. new KerasAxes(node).ToKeras().Select(Array)] : []);

    private static NdArray Array(Tensor values) => NdArray.From(values.cpu().data<float>().ToArray(), values.shape);
}

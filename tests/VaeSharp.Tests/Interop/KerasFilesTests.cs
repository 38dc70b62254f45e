using VaeSharp.Data;
using VaeSharp.Interop;

namespace VaeSharp.Tests.Interop;

/// <summary>Files that Keras 3.16 and Keras 2.3 wrote of its three examples; skipped where the data is not.</summary>
public sealed class KerasFilesTests : IDisposable
{
    private readonly Scratch files = new();

    public static TheoryData<string> All =>
        ["mlp.weights.h5", "cnn.weights.h5", "cvae.weights.h5", "mlp.legacy.h5", "cnn.legacy.h5", "cvae.legacy.h5"];

    public static TheoryData<string> ByClass => ["mlp.weights.h5", "cnn.weights.h5", "cvae.weights.h5"];

    public static TheoryData<string> ByLayer => ["mlp.legacy.h5", "cnn.legacy.h5", "cvae.legacy.h5"];

    [Theory, MemberData(nameof(All))]
    public void Every_array_has_the_values_that_h5py_reads(string name)
    {
        // Sorted, since the two see the layers in orders of their own.
        var expected = Python.Run("""
            import zlib
            def show(path, item):
                if isinstance(item, h5py.Dataset):
                    print(item.dtype.str, list(item.shape), '%08x' % zlib.crc32(np.ascontiguousarray(item[()]).tobytes()))
            h5py.File(a[0]).visititems(show)
            """, Real(name));
        var found = Scratch.Keras(Real(name)).SelectMany(model => model.Layers).SelectMany(layer => layer.Weights)
            .Select(array => $"{array.DType} [{string.Join(", ", array.Shape)}] {Checksum(array)}");
        Assert.Equal(expected.TrimEnd().Split('\n').Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_layout_by_class_has_names_and_classes()
    {
        Assert.Equal(
            [
                ": input_layer encoder_input",
                "encoder (functional): dense dense 784x512 512, dense z_mean 512x2 2, dense z_log_var 512x2 2, sampling z",
                "decoder (functional): dense dense_1 2x512 512, dense dense_2 512x784 784, input_layer z_sampling",
            ],
            Shown(Scratch.Keras(Real("mlp.weights.h5"))));
        Assert.Equal(
            [
                ": input_layer encoder_input, input_layer class_labels",
                "encoder (functional): concatenate concatenate, conv2d conv2d_2 3x3x2x32 32, conv2d conv2d_3 3x3x32x64 64, "
                + "dense dense_5 10x784 784, dense dense_6 3136x16 16, dense z_mean 16x2 2, dense z_log_var 16x2 2, "
                + "flatten flatten_1, reshape reshape_1, sampling z",
                "decoder (functional): concatenate concatenate_1, conv2d_transpose conv2d_transpose_2 3x3x64x64 64, "
                + "conv2d_transpose conv2d_transpose_3 3x3x32x64 32, conv2d_transpose decoder_output 3x3x1x32 1, "
                + "dense dense_7 12x3136 3136, input_layer z_sampling, reshape reshape_2",
            ],
            Shown(Scratch.Keras(Real("cvae.weights.h5"))));
    }

    [Fact]
    public void The_layout_by_layer_keeps_the_order_of_the_model()
    {
        Assert.Equal(
            [
                ":  encoder_input",
                "encoder:  conv2d_1 3x3x1x32 32,  conv2d_2 3x3x32x64 64,  dense_1 3136x16 16,  z_mean 16x2 2,  z_log_var 16x2 2",
                "decoder:  dense_2 2x3136 3136,  conv2d_transpose_1 3x3x64x64 64,  conv2d_transpose_2 3x3x32x64 32,  "
                + "decoder_output 3x3x1x32 1",
            ],
            Shown(Scratch.Keras(Real("cnn.legacy.h5"))));
        Assert.Equal([":  encoder_input,  class_labels"], Shown(Scratch.Keras(Real("cvae.legacy.h5"))).Take(1));
    }

    [Theory, MemberData(nameof(All))]
    public void Both_layouts_give_back_what_was_read(string name)
    {
        var models = Scratch.Keras(Real(name));
        KerasWeights.WriteLegacy(files["a.h5"], [], models);
        // A model's inner layers without weights leave no trace there.
        var kept = models.Select(model => model.Name.Length == 0
            ? model
            : model with { Layers = [.. model.Layers.Where(layer => layer.Weights.Count > 0)] });
        Assert.Equal(Shown(kept, withClass: false), Shown(Scratch.Keras(files["a.h5"]), withClass: false));
        Assert.Equal(Checksums(models), Checksums(Scratch.Keras(files["a.h5"])));
        if (name.Contains("legacy", StringComparison.Ordinal))
            return;
        KerasWeights.Write(files["b.weights.h5"], "vae", models[0].Layers, [.. models.Skip(1)]);
        Assert.Equal(Shown(models), Shown(Scratch.Keras(files["b.weights.h5"])));
        Assert.Equal(Checksums(models), Checksums(Scratch.Keras(files["b.weights.h5"])));
    }

    [Theory, MemberData(nameof(ByClass))]
    public void What_is_written_by_class_has_the_structure_that_Keras_wrote(string name)
    {
        var models = Scratch.Keras(Real(name));
        var own = Python.Run("print(h5py.File(a[0])['vars'].attrs['name'])", Real(name)).Trim();
        KerasWeights.Write(files["a.weights.h5"], own, models[0].Layers, [.. models.Skip(1)]);
        Assert.Equal(Structure(Real(name)), Structure(files["a.weights.h5"]));
    }

    [Theory, MemberData(nameof(ByLayer))]
    public void What_is_written_by_layer_has_the_structure_that_Keras_wrote(string name)
    {
        var models = Scratch.Keras(Real(name));
        KerasWeights.WriteLegacy(files["a.h5"], [.. models[0].Layers.Select(layer => layer.Name)], [.. models.Skip(1)]);
        Assert.Equal(Structure(Real(name)), Structure(files["a.h5"]));
    }

    public void Dispose() => files.Dispose();

    internal static string[] Shown(IEnumerable<KerasModel> models, bool withClass = true) => [.. models.Select(model =>
        $"{model.Name}{(withClass && model.Class is { } own ? $" ({own})" : "")}: "
        + string.Join(", ", model.Layers.Select(layer => $"{(withClass ? layer.Class : "")} {layer.Name}{Shapes(layer)}")))];

    internal static string Real(string name)
    {
        var folder = Environment.GetEnvironmentVariable(DataFolders.Variable);
        Assert.SkipWhen(folder is null, $"{DataFolders.Variable} is not set.");
        var path = Path.Combine(folder, "keras", name);
        Assert.SkipUnless(File.Exists(path), $"No '{path}' is here.");
        return path;
    }

    private static string Shapes(KerasLayer layer) => string.Concat(layer.Weights.Select(array => " " + string.Join('x', array.Shape)));

    // Kinds and contents of everything; a text's length and where an array stands are the writer's own affair.
    private static string Structure(string path) => Python.Run("""
        def text(value):
            return value.decode() if isinstance(value, bytes) else str(value)
        def show(path, item):
            array = isinstance(item, h5py.Dataset)
            print(path, type(item).__name__, *([item.dtype.str, item.shape, item.chunks, item.compression] if array else []))
            for key in item.attrs:
                value, id = item.attrs[key], item.attrs.get_id(key)
                kind = 'text' if h5py.check_string_dtype(id.dtype) else id.dtype.str
                print(path, '@', key, kind, id.shape, [text(v) for v in value] if id.shape else text(value))
        file = h5py.File(a[0])
        show('/', file)
        file.visititems(show)
        """, path);

    private static IEnumerable<string> Checksums(IEnumerable<KerasModel> models) =>
        models.SelectMany(model => model.Layers).SelectMany(layer => layer.Weights).Select(Checksum);

    private static string Checksum(NdArray array)
    {
        using var stream = new Crc32Stream(new MemoryStream(array.Data.ToArray()));
        stream.CopyTo(Stream.Null);
        return $"{stream.Value:x8}";
    }
}

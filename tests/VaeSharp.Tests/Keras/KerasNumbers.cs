using System.Security.Cryptography;
using VaeSharp.Data;
using VaeSharp.Interop;
using VaeSharp.Training;

namespace VaeSharp.Tests.Keras;

/// <summary>From the weights that Keras trained, the numbers that Keras computed.</summary>
public sealed class KerasNumbers : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static MatrixTheoryData<string, string> Files => new(["mlp", "cnn", "cvae"], ["legacy.h5", "weights.h5"]);

    [Theory, MemberData(nameof(Files))]
    public void Means_variances_and_images_are_those_of_Keras(string model, string layout)
    {
        using var run = Import(model, RealFiles.Keras($"{model}.{layout}"));
        using var io = NpzFile.Open(RealFiles.Keras($"{model}.io.npz"));
        var labels = io.Read("labels").ToInts();
        var examples = Dataset.From(io.Read("x").ToFloats(), [1, 28, 28], labels, [.. Enumerable.Range(0, 10).Select(i => $"{i}")]);
        var codes = run.EncodePosteriors(examples);
        Close(io.Read("mean"), codes.Mean);
        Close(io.Read("log_var"), codes.LogVar!);
        Close(io.Read("decoded"), run.Decode(io.Read("z").ToFloats(), run.NeedsLabels ? labels : []));
    }

    /// <summary>The weights come back as they went: import, export and import again, in both layouts.</summary>
    [Theory, InlineData("mlp"), InlineData("cnn"), InlineData("cvae")]
    public void What_is_exported_is_imported_as_the_same_weights(string model)
    {
        using var run = Import(model, RealFiles.Keras($"{model}.legacy.h5"));
        foreach (var file in run.ExportKeras(folder["keras"]).Where(file => file.EndsWith(".h5", StringComparison.Ordinal)))
        {
            using var again = Import(model, file);
            Assert.NotEmpty(Tensors(run.Path));
            Assert.Equal(Tensors(run.Path), Tensors(again.Path));
        }
    }

    private Run Import(string model, string file)
    {
        var recipe = Recipes.Find(model == "cvae" ? "cvae" : $"vae_{model}");
        var path = folder[Path.GetRandomFileName()];
        RunImport.Create(recipe, recipe.Data.Describe()!, file, path);
        return Run.Open(path);
    }

    private static IEnumerable<string> Tensors(string run)
    {
        using var file = SafeTensorsFile.Open(Path.Combine(run, "weights.safetensors"));
        return [.. file.Tensors.Select(entry => $"{entry.Name} {Convert.ToHexString(SHA256.HashData(file.Read(entry.Name)))}")];
    }

    private static void Close(NdArray expected, float[] found)
    {
        var values = expected.ToFloats();
        Assert.Equal(values.Length, found.Length);
        Assert.True(values.Zip(found, (a, b) => Math.Abs(a - b)).Max() <= 1e-5);
    }
}

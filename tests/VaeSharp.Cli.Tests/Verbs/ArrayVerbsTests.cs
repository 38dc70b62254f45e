using VaeSharp.Cli.Tests.Support;
using VaeSharp.Interop;

namespace VaeSharp.Cli.Tests.Verbs;

/// <summary>Arrays in and out: encode, decode; and models: import, export, summary.</summary>
public class ArrayVerbsTests(TrainedRuns runs)
{
    private static NdArray Zeros(params long[] shape) =>
        NdArray.From(new float[shape.Aggregate(1L, (product, size) => product * size)].AsSpan(), shape);

    /// <summary>Decoding the means of codes is what reconstructing does.</summary>
    [Fact]
    public void Codes_that_are_encoded_are_decoded_to_reconstructions()
    {
        using var folder = new TemporaryFolder();
        foreach (var run in new[] { runs.Plain.Path, runs.Told.Path })
        {
            Assert.Equal(0, Vae.Run("encode", run, "--out", folder["codes.npz"]).Code);
            Assert.Equal(0, Vae.Run("decode", run, "--data", folder["codes.npz"], "--out", folder["decoded.npy"]).Code);
            Assert.Equal(0, Vae.Run("reconstruct", run, "--count", "10000", "--out", folder["reconstructed.npy"]).Code);
            using var codes = NpzFile.Open(folder["codes.npz"]);
            Assert.Equal(["labels", "log_var", "mean"], codes.Names.Order(StringComparer.Ordinal));
            Assert.Equal([10_000, 2], codes.Read("log_var").Shape);
            var (decoded, expected) = (Npy.Read(folder["decoded.npy"]), Npy.Read(folder["reconstructed.npy"]));
            Assert.Equal(("<f4", "10000 1 28 28"), (decoded.DType, string.Join(' ', decoded.Shape)));
            Assert.True(decoded.ToFloats().Zip(expected.ToFloats(), (a, b) => Math.Abs(a - b)).Max() < 1e-5);
        }
    }

    [Fact]
    public void A_file_of_arrays_is_encoded_and_a_part_of_a_data_set_too()
    {
        using var folder = new TemporaryFolder();
        NpzFile.Write(folder["x.npz"], [new("x", Zeros(3, 28, 28)), new("labels", NdArray.From([0L, 1L, 2L], 3))]);
        Assert.Equal(0, Vae.Run("encode", runs.Told.Path, "--data", folder["x.npz"], "--out", folder["a.npz"]).Code);
        Assert.Equal(0,
            Vae.Run("encode", runs.Plain.Path, "--data", "digits:limit=100", "--split", "train", "--out", folder["b.npz"]).Code);
        using var told = NpzFile.Open(folder["a.npz"]);
        using var plain = NpzFile.Open(folder["b.npz"]);
        Assert.Equal([3, 2], told.Read("mean").Shape);
        Assert.Equal([100, 2], plain.Read("mean").Shape);
        Assert.Equal([0, 1, 2], told.Read("labels").ToInts());
        var means = told.Read("mean").ToFloats();
        Assert.NotEqual(means[..2], means[2..4]);                                                // the same image under another label
    }

    [Fact]
    public void Ctrl_C_ends_encoding_and_leaves_no_file()
    {
        using var folder = new TemporaryFolder();
        var outcome = Vae.Run(new CancellationToken(canceled: true), "encode", runs.Plain.Path, "--out", folder["codes.npz"]);
        Assert.Equal((130, ""), (outcome.Code, outcome.Out));
        Assert.False(File.Exists(folder["codes.npz"]));
    }

    [Fact]
    public void Codes_are_decoded_into_a_picture_too()
    {
        using var folder = new TemporaryFolder();
        Npy.Write(folder["z.npy"], Zeros(4, 2));
        Assert.Equal(0, Vae.Run("decode", runs.Plain.Path, "--data", folder["z.npy"], "--out", folder["z.png"]).Code);
        Assert.True(new FileInfo(folder["z.png"]).Length > 100);
    }

    [Fact]
    public void Codes_that_do_not_fit_are_refused_in_a_line()
    {
        using var folder = new TemporaryFolder();
        Npy.Write(folder["three.npy"], Zeros(4, 3));
        Npy.Write(folder["two.npy"], Zeros(4, 2));
        NpzFile.Write(folder["none.npz"], [new("code", Zeros(4, 2))]);
        NpzFile.Write(folder["few.npz"], [new("z", Zeros(4, 2)), new("labels", NdArray.From([1L], 1))]);
        NpzFile.Write(folder["strange.npz"], [new("z", Zeros(2, 2)), new("labels", NdArray.From([1L, 77L], 2))]);
        Assert.Contains("must be [N, 2], got [4, 3]", Decode(1, runs.Plain.Path, "three.npy"));
        Assert.Contains("must have an array 'labels'", Decode(1, runs.Told.Path, "two.npy"));
        Assert.Contains("must have an array z, or mean; it has code", Decode(1, runs.Plain.Path, "none.npz"));
        Assert.Contains("must be [4], got [1]", Decode(1, runs.Told.Path, "few.npz"));
        NpzFile.Write(folder["half.npz"], [new("z", Zeros(2, 2)), new("labels", NdArray.From([1.0, 0.5], 2))]);
        Npy.Write(folder["nan.npy"], NdArray.From([0f, 0f, float.NaN, 0f], 2, 2));
        NpzFile.Write(folder["many.npz"], [new("z", Zeros(800_000, 2))]);
        Assert.Contains("from 0 to 9, got 77 in place 1", Decode(1, runs.Told.Path, "strange.npz"));
        Assert.Contains("from 0 to 9, got 0.5 in place 1", Decode(1, runs.Told.Path, "half.npz"));
        Assert.Contains("Code 1 in", Decode(1, runs.Plain.Path, "nan.npy"));
        Assert.Contains("has 800,000 codes; 684,", Decode(1, runs.Plain.Path, "many.npz"));
        Assert.Contains("is a folder", Vae.Refusal(1, "decode", runs.Plain.Path, "--data", runs.Plain.Path, "--out", folder["x.npy"]));
        File.WriteAllText(folder["file"], "");
        Assert.Contains("but a folder is needed",
            Vae.Refusal(2, "encode", runs.Plain.Path, "--out", Path.Combine(folder["file"], "x.npz")));
        Assert.Contains("but a folder is needed", Vae.Refusal(2, "export", runs.Plain.Path, "--format", "keras", "--out", folder["file"]));
        Npy.Write(folder["bytes.npy"], NdArray.From([.. Enumerable.Range(0, 784).Select(i => i % 256f)], 1, 28, 28));
        Assert.Equal("Values must be in [0, 1], but the data reach from 0 to 255. Scale them; bytes are scaled by themselves.",
            Vae.Refusal(1, "encode", runs.Plain.Path, "--data", folder["bytes.npy"], "--out", folder["x.npz"]));
        Assert.Contains("no.npz", Decode(1, runs.Plain.Path, "no.npz"));
        Assert.StartsWith("--data: ", Vae.Refusal(2, "decode", runs.Plain.Path, "--out", folder["x.npy"]));
        Assert.StartsWith("--out: ", Vae.Refusal(2, "encode", runs.Plain.Path));
        Assert.StartsWith("--out: ", Vae.Refusal(2, "encode", runs.Plain.Path, "--out", folder["x.csv"]));
        Assert.StartsWith("--split: ", Vae.Refusal(2, "encode", runs.Plain.Path, "--out", folder["x.npz"], "--split", "all"));

        string Decode(int code, string run, string file) =>
            Vae.Refusal(code, "decode", run, "--data", folder[file], "--out", folder["x.npy"]);
    }

    /// <summary>What goes out to Keras comes in again as the same model.</summary>
    [Theory, InlineData("cvae.weights.h5"), InlineData("cvae.h5")]
    public void An_exported_model_is_imported_again(string file)
    {
        using var folder = new TemporaryFolder();
        var files = Vae.Run("export", runs.Told.Path, "--format", "keras", "--out", folder["keras"]).Lines;
        Assert.Equal(["cvae.weights.h5", "cvae.h5", "cvae.py"], files.Select(Path.GetFileName));
        var config = Path.Combine(runs.Told.Path, "experiment.json");
        var outcome = Vae.Run("import", "--config", config, "-w", Path.Combine(folder["keras"], file), "--out", folder["again"]);
        Assert.Equal((0, $"{folder["again"]}\n", ""), (outcome.Code, outcome.Out, outcome.Error));
        foreach (var (run, name) in new[] { (runs.Told.Path, "a.npy"), (folder["again"], "b.npy") })
            Assert.Equal(0, Vae.Run("sample", run, "--count", "20", "--out", folder[name]).Code);
        Assert.Equal(Npy.Read(folder["a.npy"]).ToFloats(), Npy.Read(folder["b.npy"]).ToFloats());
    }

    [Fact]
    public void Weights_of_another_model_are_refused_by_the_layer_and_leave_no_folder()
    {
        using var folder = new TemporaryFolder();
        var file = Vae.Run("export", runs.Plain.Path, "--format", "keras", "--out", folder["keras"]).Lines[0];
        var wider = Vae.Refusal(1, "import", "--recipe", "vae_mlp", "-w", file, "--out", folder["run"]);
        Assert.EndsWith("does not fit at layer 'dense_1': its kernel is [784, 16], and layer 'dense_1' wants [784, 512].", wider);
        var other = Vae.Refusal(1, "import", "--recipe", "vae_cnn", "-w", file, "--out", folder["run"]);
        Assert.Contains("layer 'dense_1'", other);
        Assert.False(Directory.Exists(folder["run"]));
        Assert.Contains("no weight file", Vae.Refusal(1, "import", "--recipe", "vae_mlp", "-w", folder["no.h5"]));
        var json = Path.Combine(runs.Plain.Path, "experiment.json");
        Assert.Contains("no weight file", Vae.Refusal(1, "import", "--recipe", "vae_mlp", "-w", json));
        Assert.Contains("holds no run", Vae.Refusal(1, "import", "--recipe", "vae_mlp", "-w", Path.Combine(runs.Plain.Path, "plots")));
        Assert.Contains("-b: recipe 'vae_mlp'", Vae.Refusal(2, "import", "--recipe", "vae_mlp", "-w", file, "-b", "4"));
        Assert.StartsWith("--weights: ", Vae.Refusal(2, "import", "--recipe", "vae_mlp"));
        Assert.Contains("--recipe NAME, or --config FILE", Vae.Refusal(2, "import", "-w", file));
        Assert.StartsWith("--format: ", Vae.Refusal(2, "export", runs.Plain.Path));
        Assert.StartsWith("--format: ", Vae.Refusal(2, "export", runs.Plain.Path, "--format", "onix"));
    }

    [Fact]
    public void A_summary_tells_every_layer_and_draws_them()
    {
        using var folder = new TemporaryFolder();
        var copy = folder.Copy(runs.Told.Path, "copy");
        foreach (var drawn in Directory.GetFiles(copy, "architecture*"))
            File.Delete(drawn);
        var outcome = Vae.Run("summary", copy);
        GoldenText.Holds("summary", outcome.Out.Replace(copy, "RUN"));
        Assert.Equal(6, outcome.Lines.TakeLast(6).Count(File.Exists));
    }
}

using VaeSharp.Cli.Tests.Support;
using VaeSharp.Interop;

namespace VaeSharp.Cli.Tests.Verbs;

public class RunVerbsTests(TrainedRuns runs)
{
    [Fact]
    public void Samples_are_a_picture_by_default()
    {
        var path = Assert.Single(Vae.Run("sample", runs.Plain.Path, "--count", "20").Lines);
        Assert.Equal(Path.Combine(runs.Plain.Path, "plots", "samples.png"), path);
    }

    [Fact]
    public void Samples_are_an_array_where_wished_and_the_same_for_the_same_seed()
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, seed) in new[] { ("a", "1"), ("b", "1"), ("c", "2") })
            Assert.Equal(0, Vae.Run("sample", runs.Plain.Path, "--count", "7", "--seed", seed, "--out", folder[$"{name}.npy"]).Code);
        var (a, b, c) = (Npy.Read(folder["a.npy"]), Npy.Read(folder["b.npy"]), Npy.Read(folder["c.npy"]));
        Assert.Equal([7, 1, 28, 28], a.Shape);
        Assert.Equal(a.ToFloats(), b.ToFloats());
        Assert.NotEqual(a.ToFloats(), c.ToFloats());
    }

    [Fact]
    public void A_model_that_is_told_labels_draws_the_one_that_is_asked_for()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, Vae.Run("sample", runs.Told.Path, "--label", "7", "--count", "3", "--out", folder["sevens.png"]).Code);
        Assert.True(File.Exists(folder["sevens.png"]));
        Assert.Contains("no class '17'", Vae.Refusal(2, "sample", runs.Told.Path, "--label", "17"));
    }

    [Fact]
    public void Codes_are_from_the_metric_where_there_is_one_and_that_is_wished()
    {
        using var folder = new TemporaryFolder();
        var run = folder["rhvae"];
        Assert.Equal(0, Vae.Run(["train", "rhvae", .. Vae.TinyFor(epochs: 1), "--out", run]).Code);
        foreach (var from in new[] { "metric", "prior" })
            Assert.Equal(0, Vae.Run("sample", run, "--from", from, "--count", "5", "--out", folder[$"{from}.npy"]).Code);
        Assert.Equal(0, Vae.Run("sample", run, "--count", "5", "--out", folder["default.npy"]).Code);
        Assert.Equal(Npy.Read(folder["default.npy"]).ToFloats(), Npy.Read(folder["prior.npy"]).ToFloats());
        Assert.NotEqual(Npy.Read(folder["default.npy"]).ToFloats(), Npy.Read(folder["metric.npy"]).ToFloats());
        Assert.StartsWith("--temperature: ", Vae.Refusal(2, "sample", run, "--from", "metric", "--temperature", "0.5"));
        Assert.Contains("Did you mean 'metric'?", Vae.Refusal(2, "sample", run, "--from", "metrik"));
        Assert.Equal("--from: posterior 'gaussian' learns no metric. One that does: riemannian.",
            Vae.Refusal(2, "sample", runs.Plain.Path, "--from", "metric"));
    }

    [Fact]
    public void A_model_that_is_told_nothing_takes_no_label() =>
        Assert.Contains("not told labels", Vae.Refusal(2, "sample", runs.Plain.Path, "--label", "3"));

    [Fact]
    public void Reconstructions_are_a_picture_or_an_array()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, Vae.Run("reconstruct", runs.Told.Path, "--count", "8").Code);
        Assert.Equal(0, Vae.Run("reconstruct", runs.Plain.Path, "--count", "8", "--out", folder["x.npy"]).Code);
        Assert.Equal([8, 1, 28, 28], Npy.Read(folder["x.npy"]).Shape);
    }

    [Fact]
    public void Plots_are_drawn_again()
    {
        using var folder = new TemporaryFolder();
        var copy = folder.Copy(runs.Plain.Path, "copy");
        Directory.Delete(Path.Combine(copy, "plots"), recursive: true);
        Assert.Equal(5, Vae.Run("plot", copy).Lines.Count(File.Exists));
    }

    [Theory]
    [InlineData("--count", "0")]
    [InlineData("--count", "many")]
    [InlineData("--temperature", "-1")]
    [InlineData("--out", "samples.gif")]
    public void Options_out_of_range_are_named(string option, string value) =>
        Assert.StartsWith($"{option}: ", Vae.Refusal(2, "sample", runs.Plain.Path, option, value));
}

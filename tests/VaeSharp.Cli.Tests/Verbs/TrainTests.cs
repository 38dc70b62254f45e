using System.Text.Json.Nodes;
using VaeSharp.Cli.Tests.Support;
using VaeSharp.Interop;
using VaeSharp.Training;

namespace VaeSharp.Cli.Tests.Verbs;

public class TrainTests(TrainedRuns runs)
{
    [Fact]
    public void Training_ends_with_pictures_and_commands_that_work()
    {
        var outcome = runs.Plain.Outcome;
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        foreach (var name in new[] { "losses", "latent", "manifold", "reconstructions", "samples" })
        {
            var path = Path.Combine(runs.Plain.Path, "plots", $"{name}.png");
            Assert.True(File.Exists(path));
            Assert.Contains(path, outcome.Out);
        }
        Assert.Equal(2, outcome.Lines.Count(line => line.StartsWith("epoch ", StringComparison.Ordinal)));
        Assert.Contains("Best was epoch", outcome.Out);
        Assert.Contains($"sample {runs.Plain.Path}", outcome.Out);
        Assert.Contains($"train --resume {runs.Plain.Path} --epochs 4", outcome.Out);
    }

    [Fact]
    public void Commands_to_try_write_arrays_of_what_cannot_be_drawn()
    {
        using var folder = new TemporaryFolder();
        Npy.Write(folder["x.npy"], NdArray.From(new float[64 * 16].AsSpan(), 64, 16));
        var trained = Vae.Run(
            "train", "--data", $"npy:path={folder["x.npy"]}", "--epochs", "1", "--threads", "1", "--out", folder["run"]).Lines;
        foreach (var verb in new[] { "sample", "reconstruct" })
        {
            var words = Assert.Single(trained, line => line.Contains($" {verb} {folder["run"]}"))[(Invocation.Prefix.Length + 1)..]
                .Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var array = folder[words[^1]];
            Assert.Equal(0, Vae.Run([.. words[..^1].SkipWhile(word => word != verb), array]).Code);
            Assert.Equal(16, Npy.Read(array).Shape[1]);
        }
    }

    [Fact]
    public void A_dry_run_writes_an_experiment_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var outcome = Vae.Run("train", "iwae", "--out", folder["run"], "--dry-run");
        Assert.False(Directory.Exists(folder["run"]));
        Assert.Equal("iwae", Experiment.FromJson(JsonNode.Parse(outcome.Out)).Name);
        Assert.Contains("881,524 parameters = 453,220 (encoder) + 428,304 (decoder)", outcome.Error);
    }

    [Fact]
    public void A_dry_run_of_data_that_are_not_here_needs_none_of_them() =>
        Assert.Equal(0, Vae.Run("train", "--data", "kmnist", "--data-dir", "/nowhere", "--dry-run").Code);

    [Fact]
    public void What_a_dry_run_wrote_can_be_trained_with()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["mine.json"], Vae.Run("train", "beta-vae", "--beta", "7", "--dry-run").Out);
        var json = Vae.Run("train", "--config", folder["mine.json"], "--latent", "3", "--dry-run").Out;
        Assert.Equal("beta-vae", (string)JsonNode.Parse(json)!["name"]!);
        Assert.Equal(7, (int)JsonNode.Parse(json)!["model"]!["objective"]!["rate"]!["beta"]!);
        Assert.Equal(3, (int)JsonNode.Parse(json)!["model"]!["latent"]!);
    }

    [Fact]
    public void Quiet_training_names_its_folder_alone()
    {
        using var folder = new TemporaryFolder();
        var outcome = Vae.Run(["train", .. Vae.Tiny, "--quiet", "--out", folder["run"]]);
        Assert.Equal(($"{folder["run"]}\n", ""), (outcome.Out, outcome.Error));
    }

    [Fact]
    public void A_resumed_run_trains_longer_as_if_it_had_never_ended()
    {
        using var folder = new TemporaryFolder();
        var copy = folder.Copy(runs.Plain.Path, "copy");
        Assert.Equal(0, Vae.Run("train", "--resume", copy, "--epochs", "3", "--quiet").Code);
        Assert.Equal(0, Vae.Run(["train", .. Vae.TinyFor(epochs: 3), "--quiet", "--out", folder["whole"]]).Code);
        Assert.Equal(Weights(folder["whole"]), Weights(copy));
    }

    [Fact]
    public void A_cancelled_run_can_be_resumed()
    {
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        source.CancelAfter(TimeSpan.FromSeconds(3));
        var stopped = Vae.Run(source.Token, ["train", .. Vae.TinyFor(epochs: 100_000), "--out", folder["run"]]);
        Assert.Equal(130, stopped.Code);
        Assert.Contains($"train --resume {folder["run"]}", stopped.Out);
        var done = MetricsFile.Read(folder["run"]).Count;
        Assert.Equal(0, Vae.Run("train", "--resume", folder["run"], "--epochs", $"{done + 1}").Code);
        Assert.Equal(done + 1, MetricsFile.Read(folder["run"]).Count);
    }

    [Fact]
    public void Training_that_diverges_stops_and_gives_advice()
    {
        using var folder = new TemporaryFolder();
        var outcome = Vae.Run(["train", .. Vae.Tiny, "--likelihood", "gaussian",
            "--optimizer", "sgd:learning-rate=1000", "--out", folder["run"]]);
        Assert.Equal(1, outcome.Code);
        Assert.StartsWith("Training stopped at step", Assert.Single(outcome.ErrorLines));
    }

    private static byte[] Weights(string run) => File.ReadAllBytes(Path.Combine(run, "weights.safetensors"));
}

using VaeSharp.Cli.Tests.Support;

namespace VaeSharp.Cli.Tests.BadInput;

public class RunFolderTests(TrainedRuns runs)
{
    [Fact]
    public void A_run_that_is_not_there_is_told_so()
    {
        foreach (var verb in new[] { "sample", "reconstruct", "plot" })
            Assert.Contains("There is no folder '/nowhere'", Vae.Refusal(1, verb, "/nowhere"));
        Assert.Contains("There is no folder '/nowhere'", Vae.Refusal(1, "train", "--resume", "/nowhere"));
    }

    [Fact]
    public void A_folder_that_holds_something_is_not_trained_into() =>
        Assert.Contains("is not empty", Vae.Refusal(1, ["train", .. Vae.Tiny, "--out", runs.Plain.Path]));

    [Fact]
    public void A_file_is_no_folder()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");
        Assert.Contains("is a file", Vae.Refusal(1, ["train", .. Vae.Tiny, "--out", folder["file"]]));
        Assert.Equal(1, Vae.Run(["train", .. Vae.Tiny, "--out", Path.Combine(folder["file"], "run")]).Code);
        Assert.Equal(1, Vae.Run("train", "--resume", folder["file"]).Code);
    }

    [Fact]
    public void A_run_that_is_in_use_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        var copy = folder.Copy(runs.Plain.Path, "copy");
        using var other = new FileStream(Path.Combine(copy, ".lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        var outcome = Vae.Run("train", "--resume", copy, "--epochs", "3");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("is in use", Assert.Single(outcome.ErrorLines));
    }

    [Fact]
    public void A_resumed_run_stays_what_it_is() =>
        Assert.Equal("--resume goes on with a run as it is; only --epochs can change: leave out --latent, --beta and the model 'vae'.",
            Vae.Refusal(2, "train", "vae", "--resume", runs.Plain.Path, "--latent", "3", "--beta", "4"));

    [Theory]
    [InlineData("{ \"model\": ", "is not JSON")]
    [InlineData("{ \"model\": { \"latent\": 0 } }", "model.latent: must be from 1 to 65536, got 0.")]
    [InlineData("{ \"modle\": {} }", "modle: is not a property here. Did you mean 'model'?")]
    [InlineData("{ \"model\": { \"latent\": 5 } }", "latent")]
    public void A_corrupt_or_edited_experiment_is_refused(string text, string expected)
    {
        using var folder = new TemporaryFolder();
        var copy = folder.Copy(runs.Plain.Path, "copy");
        File.WriteAllText(Path.Combine(copy, "experiment.json"), text);
        var outcome = Vae.Run("sample", copy);
        Assert.Equal(1, outcome.Code);
        if (expected != "latent")
            Assert.Contains(expected, Assert.Single(outcome.ErrorLines));
        Assert.NotEqual(0, Vae.Run("train", "--resume", copy).Code);
    }

    [Theory]
    [InlineData("weights.safetensors")]
    [InlineData("checkpoint.safetensors")]
    public void Truncated_weights_are_refused(string file)
    {
        using var folder = new TemporaryFolder();
        var copy = folder.Copy(runs.Plain.Path, "copy");
        using (var stream = File.OpenWrite(Path.Combine(copy, file)))
            stream.SetLength(stream.Length / 2);
        var outcome = file.StartsWith('w') ? Vae.Run("sample", copy) : Vae.Run("train", "--resume", copy, "--epochs", "3");
        Assert.Equal(1, outcome.Code);
        Assert.Contains(file, Assert.Single(outcome.ErrorLines));
    }
}

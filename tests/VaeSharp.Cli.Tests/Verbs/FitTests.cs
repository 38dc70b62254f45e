using System.Text.Json.Nodes;
using VaeSharp.Cli.Tests.Support;

namespace VaeSharp.Cli.Tests.Verbs;

public class FitTests(TrainedRuns runs)
{
    /// <summary>An autoencoder draws nothing; with a prior fitted to its codes it does, until that is taken away.</summary>
    [Fact]
    public void An_autoencoder_draws_from_the_prior_that_was_fitted_to_its_codes()
    {
        using var folder = new TemporaryFolder();
        var run = folder["rae"];
        Assert.Equal(0, Vae.Run(["train", "rae", .. Vae.Tiny, "--out", run]).Code);
        Assert.Contains($"vae fit {run} --prior mixture", Vae.Refusal(2, "sample", run));
        var fit = Vae.Run("fit", run, "--prior", "mixture:components=3", "--epochs", "3");
        Assert.Equal((0, ""), (fit.Code, fit.Error));
        Assert.Contains("prior: epoch 3/3  train loss ", fit.Out);
        Assert.Contains(Path.Combine(run, "plots", "samples.png"), fit.Out);
        Assert.Equal(0, Vae.Run("sample", run, "--count", "4").Code);
        Assert.Contains("Prior mixture was fitted to the codes of the trained model.", Vae.Run("summary", run).Out);
        Assert.Equal(run, Assert.Single(Vae.Run("fit", run, "--undo").Lines));
        Assert.Contains("vae fit", Vae.Refusal(2, "sample", run));
        Assert.Contains("has no fitted prior", Vae.Refusal(1, "fit", run, "--undo"));
    }

    /// <summary>Of a second stage's density a bound is known: the log-likelihood is refused, the rest is measured.</summary>
    [Fact]
    public void A_second_stage_has_no_log_likelihood_and_says_why()
    {
        using var folder = new TemporaryFolder();
        var run = folder.Copy(runs.Plain.Path, "run");
        var fit = Vae.Run("fit", run, "--prior", "two-stage:hidden=16", "--json");
        var lines = fit.Lines.Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(["epoch", "epoch", "end"], lines.Select(line => (string)line["event"]!));
        Assert.All(lines.Take(2), line => Assert.Equal("prior", (string)line["what"]!));
        Assert.True((double)lines[1]["train"]!["kl"]! > 0);
        var evaluated = Vae.Run("evaluate", run, "--count", "20");
        Assert.Contains("none, since of the density of prior 'two-stage' only a bound is known", evaluated.Out);
        Assert.Contains("squared error", evaluated.Out);
        Assert.Contains("dai2019diagnosing", Vae.Run("cite", run).Out);
    }

    [Fact]
    public void A_model_that_is_told_labels_has_one_prior_for_all()
    {
        using var folder = new TemporaryFolder();
        var run = folder.Copy(runs.Told.Path, "run");
        Assert.Equal(0, Vae.Run("fit", run, "--prior", "vamp:pseudo-inputs=5", "--epochs", "1", "--quiet").Code);
        Assert.Equal(0, Vae.Run("sample", run, "--label", "7", "--count", "3").Code);
        Assert.StartsWith("importance-weighted loss ", Vae.Run("evaluate", run, "--count", "5", "--samples", "2").Out);
    }

    [Theory]
    [InlineData("--prior: say which prior to fit")]
    [InlineData("prior 'standard-normal' has nothing to fit.", "--prior", "standard-normal")]
    [InlineData("--prior: there is no prior 'mixtur'.", "--prior", "mixtur")]
    [InlineData("--prior.components: ", "--prior", "mixture:components=0")]
    [InlineData("--prior and --undo are different things to do", "--prior", "mixture", "--undo")]
    [InlineData("--resume needs nothing else: leave out --epochs.", "--resume", "--epochs", "3")]
    public void What_cannot_be_done_is_refused_in_a_line(string message, params string[] options) =>
        Assert.StartsWith(message, Vae.Refusal(2, ["fit", runs.Plain.Path, .. options]));

    [Fact]
    public void There_must_be_a_run_and_something_to_go_on_with()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("There is no folder", Vae.Refusal(1, "fit", folder["none"], "--prior", "mixture"));
        Assert.Contains("no unfinished fit", Vae.Refusal(1, "fit", runs.Plain.Path, "--resume"));
    }
}

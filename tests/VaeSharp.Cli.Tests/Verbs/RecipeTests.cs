using System.Security.Cryptography;
using System.Text.Json.Nodes;
using VaeSharp.Cli.Tests.Support;
using VaeSharp.Interop;

namespace VaeSharp.Cli.Tests.Verbs;

/// <summary>The Keras scripts, under their own names and flags, and the experiments of papers.</summary>
public class RecipeTests
{
    private static readonly string[] Small =
        ["--data", "digits", "--limit", "256", "--epochs", "1", "--channels", "2,4", "--threads", "1", "--precision", "fp32"];

    private static JsonNode Experiment(params string[] arguments)
    {
        var outcome = Vae.Run(["train", "--recipe", .. arguments, "--dry-run"]);
        Assert.Equal("", string.Concat(outcome.ErrorLines.Where(line => !line.Contains("parameters"))));
        return JsonNode.Parse(outcome.Out)!;
    }

    [Theory]
    [InlineData("vae_mlp", "mlp", "keras-adam", 50)]
    [InlineData("vae_cnn", "conv", "rmsprop", 30)]
    [InlineData("cvae", "conv", "rmsprop", 30)]
    [InlineData("beta_cvae", "conv", "rmsprop", 30)]
    public void A_recipe_is_the_scripts_experiment(string name, string network, string optimizer, int epochs)
    {
        var experiment = Experiment(name);
        var training = experiment["training"]!;
        Assert.Equal(network, (string)experiment["model"]!["network"]!["kind"]!);
        Assert.Equal(optimizer, (string)training["optimizer"]!["kind"]!);
        Assert.Equal((epochs, 128), ((int)training["epochs"]!, (int)training["batchSize"]!));
        Assert.Equal((1e-3, 1e-7), ((double)training["optimizer"]!["learningRate"]!, (double)training["optimizer"]!["epsilon"]!));
        Assert.Equal(("test", "last"), ((string)training["validation"]!, (string)training["keep"]!));
        Assert.Equal("mnist", (string)experiment["data"]!["kind"]!);
        Assert.Equal((name, "fp32"), ((string)experiment["name"]!, (string)training["precision"]!));
    }

    /// <summary>
    /// Burda et al. 2016, section 5.1: two layers of 200 tanh units, 50 codes, batches of 20, Adam with ε = 10⁻⁴, and 3ⁱ epochs at the rate
    /// 0.001 · 10^(−i/7) for i from 0 to 7, which are 3,280.
    /// </summary>
    [Theory]
    [InlineData("iwae_paper_vae", "elbo", 1)]
    [InlineData("iwae_paper_vae_5", "elbo", 5)]
    [InlineData("iwae_paper_vae_50", "elbo", 50)]
    [InlineData("iwae_paper_5", "iwae", 5)]
    [InlineData("iwae_paper_50", "iwae", 50)]
    public void Importance_weighted_recipes_are_the_papers(string name, string objective, int draws)
    {
        var experiment = Experiment(name);
        var (model, training) = (experiment["model"]!, experiment["training"]!);
        Assert.Equal("[200,200]", model["network"]!["hidden"]!.ToJsonString());
        Assert.Equal(("tanh", 50), ((string)model["network"]!["activation"]!, (int)model["latent"]!));
        Assert.Equal((objective, draws), ((string)model["objective"]!["kind"]!, (int?)model["objective"]!["samples"] ?? 1));
        Assert.Equal((Enumerable.Range(0, 8).Sum(i => (int)Math.Pow(3, i)), 20), ((int)training["epochs"]!, (int)training["batchSize"]!));
        Assert.Equal((1e-3, 1e-4), ((double)training["optimizer"]!["learningRate"]!, (double)training["optimizer"]!["epsilon"]!));
        Assert.Equal(Math.Pow(10, -1 / 7.0), (double)training["schedule"]!["decay"]!, tolerance: 1e-12);
        Assert.Equal(("dynamic", "last"), ((string)experiment["data"]!["binarise"]!, (string)training["keep"]!));
    }

    /// <summary>
    /// Tomczak and Welling 2018, section 5: gated layers of 300 units, 40 codes, batches of 100, β from 0 to 1 in 100 epochs, and an end
    /// when 50 epochs were no better.
    /// </summary>
    [Theory, InlineData("vamp_paper_standard", "standard-normal"), InlineData("vamp_paper_vamp", "vamp")]
    public void Recipes_of_the_VampPrior_are_the_papers(string name, string prior)
    {
        var experiment = Experiment(name);
        var (model, training) = (experiment["model"]!, experiment["training"]!);
        Assert.Equal(("gated-mlp", "[300,300]"), ((string)model["network"]!["kind"]!, model["network"]!["hidden"]!.ToJsonString()));
        Assert.Equal((40, prior), ((int)model["latent"]!, (string)model["prior"]!["kind"]!));
        Assert.Equal("linear:0..1@100epochs", (string)model["objective"]!["rate"]!["beta"]!);
        Assert.Equal((100, 2000, 50), ((int)training["batchSize"]!, (int)training["epochs"]!, (int)training["patience"]!));
        Assert.Equal(("dynamic", "best"), ((string)experiment["data"]!["binarise"]!, (string)training["keep"]!));
        if (prior == "vamp")
            Assert.Equal(500, (int)model["prior"]!["pseudoInputs"]!);
    }

    /// <summary>
    /// Letters of the scripts that a paper's recipe has no use for are refused, and what is said of the loss still can be changed.
    /// </summary>
    [Fact]
    public void Letters_mean_the_same_for_papers()
    {
        Assert.Equal("gaussian", (string)Experiment("iwae_paper_5", "-m")["model"]!["likelihood"]!["kind"]!);
        Assert.StartsWith("-b: recipe 'iwae_paper_5'", Vae.Refusal(2, "train", "--recipe", "iwae_paper_5", "-b", "4"));
        Assert.StartsWith("-d: recipe 'vamp_paper_vamp'", Vae.Refusal(2, "train", "--recipe", "vamp_paper_vamp", "-d", "4"));
    }

    /// <summary>Below 1 or absent, β means 1; above, the model has the other name: the scripts name their folder so.</summary>
    [Theory]
    [InlineData("cvae", "", "cvae", 1)]
    [InlineData("cvae", "-b 4", "beta_cvae", 4)]
    [InlineData("cvae", "--beta 4", "beta_cvae", 4)]
    [InlineData("cvae", "-b 0.5", "cvae", 1)]
    [InlineData("cvae", "--beta 0.5", "cvae", 1)]
    [InlineData("cvae", "-b 1", "cvae", 1)]
    [InlineData("beta_cvae", "-b 10", "beta_cvae", 10)]
    [InlineData("beta_cvae", "-b -2", "cvae", 1)]
    public void Beta_is_the_scripts_flag(string recipe, string flags, string name, double beta)
    {
        var experiment = Experiment([recipe, .. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal((name, name), ((string)experiment["name"]!, (string)experiment["recipe"]!));
        Assert.Equal(beta, (double)experiment["model"]!["objective"]!["rate"]!["beta"]!);
    }

    [Fact]
    public void Other_flags_win_over_the_recipe()
    {
        var experiment = Experiment("cvae", "-m", "--latent", "3", "--learning-rate", "0.01", "--set", "beta=0.5", "--network", "mlp");
        var model = experiment["model"]!;
        Assert.Equal((3, 0.5), ((int)model["latent"]!, (double)model["objective"]!["rate"]!["beta"]!));
        Assert.Equal("mlp", (string)model["network"]!["kind"]!);
        Assert.Equal(("gaussian", Math.Sqrt(0.5)), ((string)model["likelihood"]!["kind"]!, (double)model["likelihood"]!["sigma"]!));
    }

    [Fact]
    public void Training_leaves_the_scripts_pictures_and_weights()
    {
        using var folder = new TemporaryFolder();
        var run = folder["run"];
        Assert.Equal(0, Vae.Run(["train", "--recipe", "cvae", "-b", "3", "-d", "3", .. Small, "--out", run]).Code);
        Assert.Equal(["00003.png", "cvae_mean.png", "losses.png", "reconstructions.png", "samples.png"],
            Directory.GetFiles(Path.Combine(run, "plots")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var name in new[] { "architecture", "architecture-encoder", "architecture-decoder" })
            Assert.True(File.Exists(Path.Combine(run, $"{name}.svg")) && File.Exists(Path.Combine(run, $"{name}.png")), name);

        var weights = Path.Combine(run, "beta_cvae_digits.h5");
        var loaded = folder["loaded"];
        string[] same = ["--data", "digits", "--channels", "2,4", "--out", loaded];
        var outcome = Vae.Run(["train", "--recipe", "cvae", "-w", weights, "-d", "7", .. same]);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal(Tensors(run), Tensors(loaded));
        Assert.True(File.Exists(Path.Combine(loaded, "plots", "00007.png")));
        Assert.False(File.Exists(Path.Combine(loaded, "metrics.jsonl")));
        Assert.Contains("were imported from 'beta_cvae_digits.h5'", Vae.Refusal(1, "train", "--resume", loaded));

        // Drawn again it is the same digit, and no second one beside it.
        Assert.Equal(0, Vae.Run("plot", loaded).Code);
        Assert.Single(Directory.GetFiles(Path.Combine(loaded, "plots"), "0*.png"));
        Assert.Equal(0, Vae.Run("plot", loaded, "-d", "2").Code);
        Assert.True(File.Exists(Path.Combine(loaded, "plots", "00002.png")));
    }

    /// <summary>784 · mean squared error + KL is the loss less ½ D log π, the constant of a Gaussian with σ² = ½.</summary>
    [Fact]
    public void Squared_error_is_logged_as_nats_and_as_the_scripts_number()
    {
        using var folder = new TemporaryFolder();
        string[] model = ["--recipe", "vae_cnn", "-m", .. Small, "--out", folder["run"], "--json"];
        var epoch = JsonNode.Parse(Vae.Run(["train", .. model]).Lines[0])!["validation"]!;
        Assert.Equal(392 * Math.Log(Math.PI), (double)epoch["loss"]! - (double)epoch["loss-without-constant"]!, tolerance: 1e-2);
        Assert.Equal((double)epoch["loss"]!, (double)epoch["reconstruction"]! + (double)epoch["kl"]!, tolerance: 1e-2);

        // The script's number from plain arrays: of means that are decoded, so that no noise is in it, it is near the log's.
        Assert.Equal(0, Vae.Run("reconstruct", folder["run"], "--count", "10000", "--out", folder["y.npy"]).Code);
        var test = new VaeSharp.Data.DigitsSpec().Load(new()).Test!;
        var x = new float[10_000 * 784];
        test.CopyTo([.. Enumerable.Range(0, 10_000)], x);
        var error = x.Zip(Npy.Read(folder["y.npy"]).ToFloats(), (a, b) => (double)(a - b) * (a - b)).Sum() / 10_000;
        Assert.Equal(error, (double)epoch["loss-without-constant"]! - (double)epoch["kl"]!, tolerance: 0.02 * error);
    }

    /// <summary>A part that was exchanged may have no counterpart in Keras: the training is none the worse for it.</summary>
    [Fact]
    public void A_recipe_with_a_part_that_Keras_lacks_leaves_no_weights_for_it()
    {
        using var folder = new TemporaryFolder();
        var outcome = Vae.Run(["train", "--recipe", "vae_cnn", "--likelihood", "learned-gaussian", .. Small, "--out", folder["run"]]);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Empty(Directory.GetFiles(folder["run"], "*.h5"));
        Assert.Contains("no layer like", Vae.Refusal(2, "export", folder["run"], "--format", "keras"));
        Assert.StartsWith("-d: ", Vae.Refusal(2, "plot", folder["run"], "-d", "3"));
    }

    [Theory]
    [InlineData("-w: ", "train", "-w", "x.h5")]
    [InlineData("-m: ", "train", "vae", "-m")]
    [InlineData("-b: ", "train", "beta-vae", "-b", "4")]
    [InlineData("--digit: ", "train", "cvae", "--digit", "4")]
    [InlineData("-b: recipe 'vae_mlp'", "train", "--recipe", "vae_mlp", "-b", "4")]
    [InlineData("-d: recipe 'vae_cnn'", "train", "--recipe", "vae_cnn", "-d", "4")]
    [InlineData("-d: must be a whole number from 0 to 9", "train", "--recipe", "cvae", "-d", "10")]
    [InlineData("-b: must be a number", "train", "--recipe", "cvae", "-b", "much")]
    [InlineData("--set recipe: must be letters", "train", "--recipe", "cvae", "--set", "recipe=../out")]
    [InlineData("There is no recipe 'vae_mpl'. Did you mean 'vae_mlp'?", "train", "--recipe", "vae_mpl")]
    [InlineData("--recipe cvae is a whole experiment", "train", "vae", "--recipe", "cvae")]
    public void A_letter_out_of_place_is_refused(string begins, params string[] arguments) =>
        Assert.StartsWith(begins, Vae.Refusal(2, arguments));

    private static List<string> Tensors(string run)
    {
        using var file = SafeTensorsFile.Open(Path.Combine(run, "weights.safetensors"));
        return [.. file.Tensors.Select(entry => $"{entry.Name} {Convert.ToHexString(SHA256.HashData(file.Read(entry.Name)))}")];
    }
}

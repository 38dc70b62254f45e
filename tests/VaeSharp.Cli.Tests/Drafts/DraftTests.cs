using System.Text.Json.Nodes;
using VaeSharp.Cli.Tests.Support;

namespace VaeSharp.Cli.Tests.Drafts;

/// <summary>What options make of an experiment.</summary>
public class DraftTests
{
    [Theory]
    [InlineData("objective.rate.beta", "4", "--beta", "4")]
    [InlineData("objective.rate.beta", "4", "--objective.beta", "4")]
    [InlineData("objective.rate.beta", "4", "--beta=4")]
    [InlineData("objective.rate.beta", "4", "--set", "beta=4")]
    [InlineData("objective.rate.beta", "4", "--set", "model.objective.rate.beta=4")]
    [InlineData("objective.rate.beta", "\"linear:0..4@10epochs\"", "--rate", "weighted:beta=linear:0..4@10epochs")]
    [InlineData("objective.rate.gamma", "10", "--objective", "elbo:rate=capacity:gamma=10,samples=3")]
    [InlineData("objective.samples", "3", "--objective", "elbo:rate=capacity:gamma=10,samples=3")]
    [InlineData("objective.rate.capacity", "5", "--objective", "elbo:rate=capacity:gamma=10,capacity=5")]
    [InlineData("network.hidden", "[256,128]", "--hidden", "256,128")]
    [InlineData("network.hidden", "[256,128]", "--network", "mlp:hidden=256,128,activation=elu")]
    [InlineData("network.activation", "\"elu\"", "--network", "mlp:hidden=256,128,activation=elu")]
    [InlineData("penalties.0.gamma", "10", "--penalty", "density-ratio:gamma=10")]
    [InlineData("penalties.0.gamma", "10", "--penalty", "density-ratio", "--gamma", "10")]
    [InlineData("penalties.0.optimizer.learningRate", "0.5", "--penalty", "density-ratio", "--penalty.learning-rate", "0.5")]
    [InlineData("penalties.1.weight", "0.5", "rae-l2", "--decoder-weights.weight", "0.5")]
    [InlineData("objective.rate.beta", "3", "gamma-vae", "--rate", "weighted:beta=3")]
    [InlineData("prior.rate", "3", "gamma-vae", "--prior.rate", "3")]
    [InlineData("penalties.0.gamma", "10", "--penalty", "density-ratio", "--set", "model.penalties[0].gamma=10")]
    public void A_property_of_the_model_is_set(string path, string expected, params string[] arguments) =>
        Assert.Equal(expected, At(DryRun(arguments)["model"], path));

    [Theory]
    [InlineData("training.optimizer.learningRate", "0.5", "--learning-rate", "0.5")]
    [InlineData("training.optimizer.learningRate", "0.5", "--penalty", "density-ratio", "--optimizer.learning-rate", "0.5")]
    [InlineData("training.epochs", "7", "--epochs", "7")]
    [InlineData("training.clipNorm", "7", "--clip-norm", "7")]
    [InlineData("seed", "7", "--seed", "7")]
    [InlineData("data.seed", "7", "--data.seed", "7")]
    [InlineData("data.grey", "true", "--grey", "vae")]
    [InlineData("data.grey", "false", "--grey", "false")]
    [InlineData("data.resize", "14", "--data", "mnist:resize=14")]
    public void A_property_of_the_experiment_is_set(string path, string expected, params string[] arguments) =>
        Assert.Equal(expected, At(DryRun(arguments), path));

    [Fact]
    public void Changing_a_part_resets_its_own_options_and_no_others()
    {
        var model = DryRun("beta-vae", "--network", "conv", "--hidden", "64", "--objective", "iwae")["model"]!;
        Assert.Equal("10", At(model, "latent"));
        Assert.Equal("64", At(model, "network.hidden"));
        Assert.Null(model["objective"]!["rate"]);
    }

    [Fact]
    public void Naming_the_part_that_is_chosen_already_changes_only_what_is_given() =>
        Assert.Equal("4", At(DryRun("beta-vae", "--objective", "elbo:samples=3")["model"], "objective.rate.beta"));

    [Fact]
    public void Penalties_can_be_changed_and_cleared()
    {
        Assert.Equal("7", At(DryRun("factor-vae", "--penalty", "density-ratio:gamma=7")["model"], "penalties.0.gamma"));
        Assert.Single(DryRun("factor-vae", "--penalty", "density-ratio:gamma=7")["model"]!["penalties"]!.AsArray());
        Assert.Empty(DryRun("factor-vae", "--penalty", "none")["model"]!["penalties"]!.AsArray());
    }

    [Fact]
    public void A_later_setting_wins_over_the_file_and_the_file_over_the_row()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["mine.json"],
            """{ "model": { "latent": 3, "objective": { "rate": { "beta": 9 } } }, "training": { "optimizer": "sgd" } }""");
        var json = DryRun("beta-vae", "--config", folder["mine.json"], "--latent", "5");
        Assert.Equal("5", At(json, "model.latent"));
        Assert.Equal("9", At(json, "model.objective.rate.beta"));
        Assert.Equal("\"sgd\"", At(json, "training.optimizer.kind"));
    }

    private static JsonNode DryRun(params string[] arguments)
    {
        var outcome = Vae.Run(["train", .. arguments, "--dry-run", "--json"]);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        return JsonNode.Parse(outcome.Out)!["experiment"]!;
    }

    private static string At(JsonNode? json, string path) =>
        path.Split('.').Aggregate(json!, (node, key) => node is JsonArray list ? list[int.Parse(key)]! : node[key]!).ToJsonString();
}

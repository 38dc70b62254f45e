using VaeSharp.Cli.Tests.Support;
using VaeSharp.Training;

namespace VaeSharp.Cli.Tests.BadInput;

/// <summary>What was typed cannot be trained. Nothing is written, and the line says what to change.</summary>
public class ExperimentTests
{
    [Theory]
    [InlineData("There is no model 'vea'. Did you mean 'vae'?", "vea")]
    [InlineData("--posterior: there is no posterior 'gausian'. Did you mean 'gaussian'?", "--posterior", "gausian")]
    [InlineData("--data: there is no data set 'mnits'. Did you mean 'mnist'?", "--data", "mnits")]
    [InlineData("--objective.smaples: is not a property here. Did you mean 'samples'?", "--objective", "iwae:smaples=3")]
    [InlineData("--epoch: there is no such option or property. Did you mean '--epochs'?", "--epoch", "3")]
    [InlineData("--learnin-rate: there is no such option or property. Did you mean '--learning-rate'?", "--learnin-rate", "3")]
    [InlineData("--gamma: no chosen part has this property; "
        + "objective 'vae-gan', penalty 'density-ratio', penalty 'total-correlation' and rate 'capacity' have it.", "--gamma", "3")]
    [InlineData("--rate: no chosen part has this property; objective 'elbo' has it.", "iwae", "--rate", "capacity")]
    [InlineData("--kernel: no chosen part has this property; likelihood 'perceptual', network 'conv', network 'resnet' and "
        + "objective 'vae-gan' have it.", "--kernel", "5")]
    [InlineData("There is no model 'xyzzyxyzzy'. 'vae list models' names all.", "xyzzyxyzzy")]
    [InlineData("There is no model 'annealed-va'. Did you mean 'disentangled-beta-vae'?", "annealed-va")]
    [InlineData("--posterior: there is no posterior 'xyzzyxyzzy'. 'vae list posteriors' names all.", "--posterior", "xyzzyxyzzy")]
    [InlineData("--beta: must be from 0 to 1000000, got -3.", "--beta", "-3")]
    [InlineData("--set beta: must be from 0 to 1000000, got -3.", "--set", "beta=-3")]
    [InlineData("--set model.latent: must be from 1 to 65536, got 0.", "--set", "model.latent=0")]
    [InlineData("--latent: must be a whole number, got 'two'.", "--latent", "two")]
    [InlineData("--hidden[0]: must be from 1 to 65536, got -5.", "--hidden", "-5")]
    [InlineData("--penalty.gamma: must be from 0 to 1000000, got -1.", "--penalty", "density-ratio:gamma=-1")]
    [InlineData("--objective.rate.gamma: must be from 0 to 1000000, got -1.", "--objective", "elbo:rate=capacity:gamma=-1")]
    [InlineData("--beta: a value must follow.", "--beta")]
    [InlineData("--epochs: a value must follow.", "--epochs")]
    [InlineData("--objective: options must have the form name=value, got '3'.", "--objective", "elbo:3")]
    [InlineData("--validation: must be a share between 0 and 1, 'test' or 'none', got '7'.", "--validation", "7")]
    [InlineData("--device: must be auto, cpu, cuda or cuda:N, got 'tpu'.", "--device", "tpu")]
    [InlineData("--seed: must be at least 0, got -1.", "--seed", "-1")]
    [InlineData("--data.path: must be given.", "--data", "npy")]
    [InlineData("'beta-vae' is one argument too many. 'vae train --help' shows what there is.", "vae", "beta-vae")]
    [InlineData("--learning-rate: several chosen parts have it: say --penalty.learning-rate or --optimizer.learning-rate.",
        "factor-vae", "--learning-rate", "1")]
    [InlineData("--weight: several chosen parts have it: say --code-norm.weight or --decoder-weights.weight.", "rae-l2", "--weight", "1")]
    public void One_mistake_is_one_line(string expected, params string[] arguments) =>
        Assert.Equal(expected, Vae.Refusal(2, ["train", .. arguments]));

    [Fact]
    public void A_device_that_is_not_here_is_refused_before_data_are_read()
    {
        if (ComputeResources.DeviceOf("auto").type == TorchSharp.DeviceType.CUDA)
            return;                                                       // then it is here
        using var folder = new TemporaryFolder();
        Assert.StartsWith("Device 'cuda' is not here",
            Vae.Refusal(2, "train", "--device", "cuda", "--data", $"npy:path={folder["nowhere.npy"]}", "--out", folder["run"]));
        Assert.False(Directory.Exists(folder["run"]));
    }

    [Fact]
    public void A_bound_refuses_a_posterior_without_a_density_and_names_those_that_have_one()
    {
        var refusal = Vae.Refusal(2, "train", "--posterior", "point", "--objective", "elbo");
        Assert.StartsWith("objective 'elbo' needs a posterior whose density is known at its draws (", refusal);
        Assert.Contains("gaussian", refusal);
        Assert.EndsWith("; 'point' has none.", refusal);
    }

    [Fact]
    public void An_importance_bound_refuses_a_likelihood_that_looks_at_the_batch() =>
        Assert.Contains("'optimal-gaussian' is not", Vae.Refusal(2, "train", "--likelihood", "optimal-gaussian", "--objective", "iwae"));

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var outcome = Vae.Run("train", "--posterior", "gausian", "--latent", "abc", "--beta", "-3", "--bata", "4", "--batch-size", "0",
            "--device", "tpu");
        Assert.Equal(2, outcome.Code);
        var named = outcome.ErrorLines.Select(line => line.Split(':')[0]);
        Assert.Equal(["--bata", "--batch-size", "--beta", "--device", "--latent", "--posterior"], named.Order());
    }

    [Fact]
    public void A_file_s_mistakes_carry_its_name()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["mine.json"], """{ "model": { "latent": -1, "colour": 3 } }""");
        var outcome = Vae.Run("train", "--config", folder["mine.json"]);
        Assert.Equal(2, outcome.Code);
        Assert.All(outcome.ErrorLines, line => Assert.StartsWith($"{folder["mine.json"]}: model.", line));
        Assert.Equal(2, outcome.ErrorLines.Length);
    }

    [Fact]
    public void A_file_that_is_no_json_is_told_so()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["mine.json"], "model: vae");
        Assert.Contains("is not JSON", Vae.Refusal(1, "train", "--config", folder["mine.json"]));
        File.WriteAllText(folder["mine.json"], "[1]");
        Assert.Contains("must hold a JSON object", Vae.Refusal(2, "train", "--config", folder["mine.json"]));
        Assert.Contains("nowhere.json", Vae.Refusal(1, "train", "--config", folder["nowhere.json"]));
    }

    [Theory]
    [InlineData("There is no verb 'trian'. Did you mean 'train'?", "trian")]
    [InlineData("There is no verb 'fetsh'. Did you mean 'fetch'?", "data", "fetsh")]
    [InlineData("There is no option '--lable' here. Did you mean '--label'?", "sample", "RUN", "--lable", "3")]
    [InlineData("There is no model, recipe or part 'bernouli'. Did you mean 'bernoulli'?", "show", "bernouli")]
    [InlineData("There is no model, recipe or part 'annealed-va'. Did you mean 'disentangled-beta-vae'?", "show", "annealed-va")]
    [InlineData("There is no list 'priosr'. Did you mean 'priors'?", "list", "priosr")]
    [InlineData("RUN is missing. The folder of a run, as 'vae train' named it.", "sample")]
    public void Words_that_are_nearly_right_are_suggested(string expected, params string[] arguments) =>
        Assert.Equal(expected, Vae.Refusal(2, arguments));
}

using System.Text.Json.Nodes;
using VaeSharp.Cli.Tests.Support;
using VaeSharp.Interop;

namespace VaeSharp.Cli.Tests.Verbs;

public class EvaluateTests(TrainedRuns runs)
{
    private static JsonNode Evaluate(params string[] arguments)
    {
        var outcome = Vae.Run(["evaluate", .. arguments, "--json"]);
        Assert.Equal(0, outcome.Code);
        return JsonNode.Parse(Assert.Single(outcome.Lines))!;
    }

    /// <summary>
    /// With one draw the estimate is the bound, but for the divergence, of which the bound has the closed form; with more it is higher; and
    /// the same seed gives the same numbers.
    /// </summary>
    [Fact]
    public void The_estimate_is_the_bound_of_one_draw_and_above_it_of_many()
    {
        var (one, many, again) = (Measured("1"), Measured("200"), Measured("200"));
        Assert.Equal((double)one["reconstruction"]! + (double)one["kl"]!, (double)one["negativeLogLikelihood"]!, tolerance: 1);
        Assert.True((double)many["negativeLogLikelihood"]! < (double)many["reconstruction"]! + (double)many["kl"]! - 0.1);
        Assert.Equal(many.ToJsonString(), again.ToJsonString());
        Assert.Equal((40, 200), ((int)many["examples"]!, (int)many["samples"]!));

        JsonNode Measured(string samples) => Evaluate(runs.Plain.Path, "--count", "40", "--samples", samples);
    }

    /// <summary>What is printed for people are the numbers of the JSON.</summary>
    [Fact]
    public void People_read_the_same_numbers()
    {
        string[] few = [runs.Told.Path, "--count", "30", "--samples", "20"];
        var (text, json) = (Vae.Run(["evaluate", .. few]).Out, Evaluate(few));
        var nats = ((double)json["negativeLogLikelihood"]!).ToString("F2", System.Globalization.CultureInfo.InvariantCulture);
        Assert.False((bool)json["isDensity"]!);
        Assert.Contains("bernoulli is no density of these data", text);
        Assert.Matches($@"(?m)^importance-weighted loss +{nats} ± [\d.]+ nats, 30 examples, 20 draws each$", text);
        Assert.Matches($@"(?m)^active units +{json["activeUnits"]} of {json["latent"]}$", text);
    }

    /// <summary>A Bernoulli is a density of what is black or white.</summary>
    [Fact]
    public void Of_binary_examples_it_is_a_log_likelihood()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, Vae.Run(["train", "vae", "--data", "digits:binarise=dynamic", .. Vae.Tiny, "--out", folder["run"]]).Code);
        var outcome = Vae.Run("evaluate", folder["run"], "--count", "20", "--samples", "2");
        Assert.StartsWith("negative log-likelihood ", outcome.Out);
        Assert.DoesNotContain("no density", outcome.Out);
        Assert.True((bool)Evaluate(folder["run"], "--count", "20", "--samples", "2")["isDensity"]!);
    }

    /// <summary>The squared error is that of reconstructions of means, of the whole example.</summary>
    [Fact]
    public void The_squared_error_is_that_of_the_reconstructions()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, Vae.Run("reconstruct", runs.Plain.Path, "--count", "3", "--out", folder["y.npy"]).Code);
        var x = new float[3 * 784];
        new VaeSharp.Data.DigitsSpec().Load(new()).Test!.CopyTo([0, 1, 2], x);
        var expected = x.Zip(Npy.Read(folder["y.npy"]).ToFloats()).Average(pair => Math.Pow(pair.First - pair.Second, 2));
        var found = Evaluate(runs.Plain.Path, "--count", "3", "--samples", "2");
        Assert.Equal(expected, (double)found["squaredError"]!, tolerance: 1e-5);
        Assert.Equal(3, (int)found["examples"]!);
    }

    [Fact]
    public void A_model_without_a_density_has_no_likelihood_and_says_why()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, Vae.Run(["train", "ae", .. Vae.Tiny, "--out", folder["ae"]]).Code);
        var outcome = Vae.Run("evaluate", folder["ae"], "--count", "20");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Matches(@"(?m)^log-likelihood +none, since the posterior has no density$", outcome.Out);
        Assert.Contains("squared error", outcome.Out);
        Assert.Null(Evaluate(folder["ae"], "--count", "20")["negativeLogLikelihood"]);
    }

    [Fact]
    public void Examples_of_another_shape_are_refused_in_one_line()
    {
        using var folder = new TemporaryFolder();
        Npy.Write(folder["small.npy"], NdArray.From(new float[2 * 64].AsSpan(), 2, 1, 8, 8));
        Assert.Contains("1 × 28 × 28", Vae.Refusal(1, "evaluate", runs.Plain.Path, "--data", folder["small.npy"]));
        Assert.StartsWith("--samples: ", Vae.Refusal(2, "evaluate", runs.Plain.Path, "--samples", "0"));
        Assert.StartsWith("--split: ", Vae.Refusal(2, "evaluate", runs.Plain.Path, "--split", "tset"));
    }
}

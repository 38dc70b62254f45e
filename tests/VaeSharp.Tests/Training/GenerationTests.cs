using VaeSharp.Conditions;
using VaeSharp.Flows;
using VaeSharp.Specs;
using VaeSharp.Training;

namespace VaeSharp.Tests.Training;

/// <summary>
/// Which runs draw new examples: those whose codes have a density, and those whose penalty or bound draws codes to the prior.
/// </summary>
public sealed class GenerationTests
{
    [Theory]
    [InlineData("vae", true, true)]
    [InlineData("ae", false, false)]
    [InlineData("rae", false, false)]
    [InlineData("wae-mmd", true, false)]
    [InlineData("swae", true, false)]
    [InlineData("aae", true, false)]
    [InlineData("wae-gan", true, false)]
    [InlineData("avb", true, false)]
    [InlineData("vae-gan", true, true)]
    public void Codes_that_follow_the_prior_are_drawn_from_it(string row, bool generates, bool hasDensity)
    {
        using var folder = new TemporaryFolder();
        Small.Train(Small.Experiment(row, epochs: 1), folder["run"]);
        using var run = Run.Open(folder["run"]);
        Assert.Equal(generates, run.CanGenerate);
        Assert.Equal(hasDensity, run.PartWithoutDensity is null);
        var data = TestData.Splits().Test!;
        Assert.All(run.Score(data), score => Assert.True(float.IsFinite(score)));
        Assert.Equal(data.Count * (int)run.Latent.Size, run.Encode(data).Length);
        if (!hasDensity)
            Assert.Contains("posterior", Assert.Throws<ArgumentException>(() => run.LogLikelihood(data, samples: 2)).Message);
    }

    /// <summary>
    /// The metric is a part of the saved weights, and what is drawn by it lies where the codes of data are: nearer to one of those than
    /// half of what is drawn from the prior.
    /// </summary>
    [Fact]
    public void By_its_metric_a_run_draws_codes_that_are_near_those_of_data()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        Small.Train(Small.Experiment("rhvae", epochs: 10), folder["run"]);
        var chain = new HamiltonianChainSpec { Proposals = 20 };
        float[] images;
        using (var run = Run.Open(folder["run"]))
        {
            Assert.True(run.HasMetric);
            images = run.GenerateByMetric(30, seed: 3, chain: chain);
            Assert.NotEqual(images, run.GenerateByMetric(30, seed: 4, chain: chain));
            Assert.NotEqual(images, run.Generate(30, seed: 3));
            Assert.All(images, pixel => Assert.InRange(pixel, 0, 1));
            Assert.Contains("leapfrogs", Assert.Throws<SpecException>(() =>
                run.GenerateByMetric(1, chain: new HamiltonianChainSpec { Leapfrogs = 0 })).Message);
        }
        using (var run = Run.Open(folder["run"]))
            Assert.Equal(images, run.GenerateByMetric(30, seed: 3, chain: chain));

        using var frozen = no_grad();
        using var noise = new SeededNoise(7);
        using var model = FittedPrior.Open(folder["run"], Experiment.Load(Path.Combine(folder["run"], "experiment.json")), fit: null);
        var codes = model.Encode(Examples(200, seed: 1), new Progress(noise)).Mean;
        var byMetric = Nearest(model.DrawByMetric(400, chain, noise));
        var fromPrior = Nearest(model.DrawCodes(400, null, new Progress(noise)));
        Assert.True(byMetric < 0.8 * fromPrior, $"{byMetric}, {fromPrior} from the prior, "
            + $"{Nearest(model.Encode(Examples(50, seed: 2), new Progress(noise)).Mean)} of other data");

        double Nearest(Tensor z) => cdist(z, codes).min(1).values.median().item<float>();

        Batch Examples(int count, int seed)
        {
            var values = new float[count * 64];
            TestData.Squares(count, seed).CopyTo([.. Enumerable.Range(0, count)], values.AsSpan());
            return new Batch(tensor(values).view(count, 1, 8, 8));
        }
    }

    [Fact]
    public void A_model_that_is_told_labels_draws_by_its_metric_under_a_label_and_one_without_a_metric_refuses()
    {
        using var folder = new TemporaryFolder();
        var experiment = Small.Experiment("rhvae", epochs: 1);
        Small.Train(experiment with { Model = experiment.Model with { Condition = new LabelConditionSpec() } }, folder["told"]);
        using var told = Run.Open(folder["told"]);
        var chain = new HamiltonianChainSpec { Proposals = 2 };
        Assert.NotEqual(told.GenerateByMetric(2, new[] { 0, 0 }, chain: chain), told.GenerateByMetric(2, new[] { 1, 1 }, chain: chain));
        Assert.Contains("label", Assert.Throws<ArgumentException>(() => told.GenerateByMetric(2, chain: chain)).Message);

        Small.Train(Small.Experiment(epochs: 1), folder["plain"]);
        using var plain = Run.Open(folder["plain"]);
        Assert.False(plain.HasMetric);
        Assert.Contains("no metric", Assert.Throws<NotSupportedException>(() => plain.GenerateByMetric(1)).Message);
    }
}

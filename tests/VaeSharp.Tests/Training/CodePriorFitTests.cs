using VaeSharp.Conditions;
using VaeSharp.Data;
using VaeSharp.Optimizers;
using VaeSharp.Posteriors;
using VaeSharp.Priors;
using VaeSharp.Specs;
using VaeSharp.Training;

namespace VaeSharp.Tests.Training;

/// <summary>An autoregressive prior, fitted to the codes of quantised models.</summary>
public sealed class CodePriorFitTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>A row, and whether its codes keep a raster: 2 × 2 places of 8 × 8 images.</summary>
    public static TheoryData<string, bool> Models => new()
    {
        { "vq-vae", true }, { "vq-vae", false }, { "residual-vq-vae", true }, { "product-vq-vae", false }, { "hrq-vae", true },
        { "vq-vae-2", true },
    };

    public void Dispose() => folder.Dispose();

    private static Experiment Of(string row, bool raster)
    {
        var experiment = Small.Experiment(row);
        var model = raster ? Examples.Shrink(Experiment.Of(row).Model) : experiment.Model;
        return experiment with { Model = model with { Posterior = Few(model.Posterior) } };
    }

    // A codebook that 200 examples can fill.
    private static PosteriorSpec Few(PosteriorSpec posterior) => posterior switch
    {
        CodebookPosteriorSpec books => books with { Codes = 8 },
        HierarchicalQuantisedPosteriorSpec books => books with { Codes = 8 },
        _ => posterior,
    };

    private string Trained(Experiment experiment, string name)
    {
        Small.Train(experiment, folder[name]);
        return folder[name];
    }

    private static Experiment Plan(string run, int epochs = 2)
    {
        var plan = PriorFit.Plan(Experiment.Load(Path.Combine(run, "experiment.json")), new PixelCnnPriorSpec { Layers = 2, Width = 16 });
        return plan with
        {
            Training = plan.Training with { Epochs = epochs, Optimizer = new AdamSpec { LearningRate = 1e-2 } },
        };
    }

    private static TrainingResult Fit(string run, Experiment? plan, long stopAfter = long.MaxValue)
    {
        using var stop = new CancellationTokenSource();
        return PriorFit.Run(run, plan, TestData.Splits(), null, new TrainingWatch
        {
            Progress = report =>
            {
                if (report.Step >= stopAfter)
                    stop.Cancel();
            },
            Cancellation = stop.Token,
            BetweenReports = TimeSpan.Zero,
            BetweenCheckpoints = TimeSpan.Zero,
        });
    }

    private static byte[] Weights(string run, string prior = "") => File.ReadAllBytes(Path.Combine(run, prior, "weights.safetensors"));

    /// <summary>
    /// Codes of an image tell of each other: a fit finds where they are, and the bound rises by what is saved of their rate.
    /// What the model reconstructs stays, and log p(x) of a code that is certain is the bound itself.
    /// </summary>
    [Theory, MemberData(nameof(Models))]
    public void Codes_become_likelier_than_uniform_ones_and_can_be_drawn(string row, bool raster)
    {
        var (path, few) = (Trained(Of(row, raster), "run"), TestData.Squares(60, seed: 7));
        double before;
        float[] images;
        using (var run = Run.Open(path))
            (before, images) = (run.Score(few).Average(), run.Reconstruct(few));
        Fit(path, Plan(path, epochs: 15));
        using var fitted = Run.Open(path);
        Assert.Equal("pixel-cnn", Catalogue.Of(fitted.Prior).Name);
        Assert.Equal(images, fitted.Reconstruct(few));
        var scores = fitted.Score(few);
        // An index by itself can be all but uniform, and so can indices that are drawn: there the next test says more.
        var saved = row == "hrq-vae" || (row == "vq-vae" && !raster) ? -0.5 : 0.5;
        Assert.True(scores.Average() < before - saved, $"{before} → {scores.Average()}");
        Assert.True(fitted.CanGenerate);
        Assert.Null(fitted.PartWithoutDensity);
        if (row != "hrq-vae")                                                                    // there codes are drawn
        {
            var many = fitted.LogLikelihood(few, samples: 1_000_000).Values;                     // all equal, and computed once
            Assert.All(scores.Zip(many), pair => Check.Close(-pair.First, pair.Second, 1e-4, 1e-3));
        }

        var drawn = fitted.Generate(20, seed: 1);
        Assert.All(drawn, pixel => Assert.InRange(pixel, 0, 1));
        Assert.Equal(drawn, fitted.Generate(20, seed: 1));
        var likeliest = fitted.Generate(3, temperature: 0);
        Assert.All(likeliest[..64].Zip(likeliest[64..128]), pair => Check.Close(pair.First, pair.Second));
        using var again = Run.Open(path);
        Assert.Equal(drawn, again.Generate(20, seed: 1));
        Assert.Equal(scores, again.Score(few));
    }

    /// <summary>
    /// With one index to a code the best prior is known, the frequencies of codes in the training data: what the bound gains is log K less
    /// the cross-entropy with these.
    /// </summary>
    [Fact]
    public void One_index_by_itself_gets_the_frequencies_of_the_data()
    {
        var (path, few) = (Trained(Of("vq-vae", raster: false), "run"), TestData.Squares(60, seed: 7));
        double before;
        double[] expected;
        using (var run = Run.Open(path))
        {
            before = run.Score(few).Average();
            var counts = Codes(run, TestData.Splits().Train).GroupBy(code => code).ToDictionary(group => group.Key, group => group.Count());
            Assert.True(counts.Count > 1);
            var total = counts.Values.Sum();
            expected = [.. Codes(run, few).Select(code => -Math.Log((counts.GetValueOrDefault(code) + 0.1) / total))];
        }
        Fit(path, Plan(path, epochs: 40));
        using var fitted = Run.Open(path);
        Assert.Equal(expected.Average() - Math.Log(8), fitted.Score(few).Average() - before, tolerance: 0.15);

        static IEnumerable<string> Codes(Run run, Dataset data) =>
            run.Encode(data).Chunk((int)run.Latent.Size).Select(code => string.Join(' ', code));
    }

    [Theory, MemberData(nameof(Models))]
    public void A_fit_that_is_stopped_and_resumed_ends_with_the_same_bits_and_the_model_stays(string row, bool raster)
    {
        var (whole, parts) = (Trained(Of(row, raster), "whole"), Trained(Of(row, raster), "parts"));
        var before = Weights(whole);
        Assert.Equal(TrainingEnd.Completed, Fit(whole, Plan(whole)).End);
        Assert.Equal(TrainingEnd.Cancelled, Fit(parts, Plan(parts), stopAfter: 3).End);
        Assert.Null(FittedPrior.Find(parts));
        Assert.Equal(TrainingEnd.Completed, Fit(parts, plan: null).End);
        Assert.Equal(Weights(whole, "prior"), Weights(parts, "prior"));
        Assert.Equal(before, Weights(whole));
    }

    /// <summary>Under a condition the prior is fitted to codes under their labels, and draws ask for some.</summary>
    [Fact]
    public void Labels_are_told_where_the_model_is_told_them()
    {
        var experiment = Of("vq-vae", raster: true);
        var path = Trained(experiment with { Model = experiment.Model with { Condition = new LabelConditionSpec() } }, "run");
        Fit(path, Plan(path));
        using var run = Run.Open(path);
        var labels = Enumerable.Range(0, 20).Select(i => i % 4).ToArray();
        Assert.Equal(20 * 64, run.Generate(20, labels).Length);
        Assert.Contains("label", Assert.Throws<ArgumentException>(() => run.Generate(2)).Message);
        Assert.All(run.Score(TestData.Squares(5)), score => Assert.True(float.IsFinite(score)));
    }

    /// <summary>A model whose prior is of this kind is trained with uniform codes, and fitted when that is done.</summary>
    [Fact]
    public void Training_and_fit_are_one_where_the_model_has_it()
    {
        var experiment = Of("vq-vae", raster: true);
        experiment = experiment with { Model = experiment.Model with { Prior = new PixelCnnPriorSpec { Layers = 2, Width = 8 } } };
        var path = Trained(experiment, "run");
        Assert.IsType<PixelCnnPriorSpec>(FittedPrior.Find(path)!.Model.Prior);
        using var run = Run.Open(path);
        Assert.All(run.Generate(5), pixel => Assert.InRange(pixel, 0, 1));
    }
}

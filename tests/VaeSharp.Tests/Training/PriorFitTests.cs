using VaeSharp.Data;
using VaeSharp.Models;
using VaeSharp.Objectives;
using VaeSharp.Optimizers;
using VaeSharp.Priors;
using VaeSharp.Specs;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Training;

public sealed class PriorFitTests : IDisposable
{
    private const double Shift = 0.8;
    private const double Spread = 2;
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Learned => ["diagonal", "mixture", "vamp", "real-nvp", "maf", "two-stage"];

    public void Dispose() => folder.Dispose();

    private static PriorSpec Prior(string name) => name switch
    {
        "diagonal" => new DiagonalPriorSpec(),
        "mixture" => new MixturePriorSpec { Components = 3 },
        "vamp" => new VampPriorSpec { PseudoInputs = 20, InputMean = 0, InputSpread = 1 },
        "real-nvp" => new RealNvpPriorSpec { Layers = 4, Hidden = [16] },
        "maf" => new MafPriorSpec { Layers = 2, Hidden = [16] },
        _ => new TwoStagePriorSpec { Hidden = [16] },
    };

    /// <summary>A run that was trained on squares.</summary>
    private string Trained(string row = "vae", string name = "run")
    {
        Small.Train(Small.Experiment(row), folder[name]);
        return folder[name];
    }

    private static TrainingResult Fit(string run, PriorSpec prior, long stopAfter = long.MaxValue, bool resumes = false,
        DataSplits? data = null)
    {
        using var stop = new CancellationTokenSource();
        var watch = new TrainingWatch
        {
            Progress = report =>
            {
                Assert.Equal("prior", report.What);
                if (report.Step >= stopAfter)
                    stop.Cancel();
            },
            Cancellation = stop.Token,
            BetweenReports = TimeSpan.Zero,
            BetweenCheckpoints = TimeSpan.Zero,
        };
        var plan = PriorFit.Plan(Experiment.Load(Path.Combine(run, "experiment.json")), prior);
        return PriorFit.Run(run, resumes ? null : plan, data ?? TestData.Splits(), null, watch);
    }

    private static byte[] Weights(string run, string prior = "") => File.ReadAllBytes(Path.Combine(run, prior, "weights.safetensors"));

    /// <summary>
    /// A linear-Gaussian model whose posterior is wrong by a shift and a factor: its codes are N(shift, 1 − v + v s²), with v the variances
    /// of the exact posterior. No prior's cross-entropy with them is below their entropy, and fitted ones get there.
    /// </summary>
    [Theory, MemberData(nameof(Learned))]
    public void It_reaches_the_entropy_of_the_codes_and_draws_as_they_lie(string name)
    {
        using var scope = NewDisposeScope();
        var truth = new LinearGaussian(Shift, Spread);
        double[] variances = [.. truth.Variance.Select(v => 1 - v + v * Spread * Spread)];
        var entropy = variances.Sum(v => 0.5 * (1 + Math.Log(2 * Math.PI * v)));
        var run = RunOf(truth, out var data);
        Assert.InRange(CrossEntropy(), entropy + 0.5, entropy + 1);                              // of N(0, I): 0.64 for the shift, and more

        var trained = Experiment.Load(Path.Combine(run, "experiment.json"));
        var plan = PriorFit.Plan(trained, Prior(name));
        PriorFit.Run(run, plan with
        {
            Training = plan.Training with { Epochs = 15, BatchSize = 100, Optimizer = new AdamSpec { LearningRate = 5e-3 } },
        }, data);
        var (loss, error) = (CrossEntropy(), 1 / Math.Sqrt(40_000));                             // −log p(z) has variance Z/2
        Assert.InRange(loss, entropy - Statistics.Sigmas * error, entropy + (name == "diagonal" ? 0.01 : 0.1));

        using var open = Run.Open(run);
        var codes = truth.CodesOf(tensor(open.Generate(4_000, seed: 3)).view(4_000, LinearGaussian.D));
        for (var j = 0; j < LinearGaussian.Z; j++)
        {
            var deviation = Math.Sqrt(variances[j]);
            Statistics.AssertFits(codes.select(1, j), x => 0.5 * (1 + ((x - Shift) / (deviation * Math.Sqrt(2))).erf()));
        }

        double CrossEntropy()
        {
            using var frozen = no_grad();
            using var noise = new SeededNoise(9);
            using var model = FittedPrior.Open(run, Experiment.Load(Path.Combine(run, "experiment.json")), FittedPrior.Find(run));
            var latent = model.Infer(new Batch(truth.Draw(40_000, noise)), 1, new Progress(noise)).Latents[0];
            return -latent.Prior.LogBound(latent.Draw.Z, noise).mean().item<float>();
        }
    }

    private string RunOf(LinearGaussian truth, out DataSplits data)
    {
        using var noise = new SeededNoise(2);
        var x = truth.Draw(4_000, noise);
        data = new DataSplits(Dataset.From(x.data<float>().ToArray(), [LinearGaussian.D]));
        using var home = RunFolder.Create(folder["linear"]);
        new Experiment { Model = LinearGaussian.Spec, Data = new MemorySpec(), Seed = 4 }.Save(home.Experiment);
        Checkpoint.SaveWeights(truth.Model, truth.Model.Data, home);
        return home.Path;
    }

    [Theory, MemberData(nameof(Learned))]
    public void The_model_stays_to_the_last_bit_and_a_fit_that_is_stopped_and_resumed_ends_with_the_same_bits(string name)
    {
        var (whole, parts) = (Trained(name: "whole"), Trained(name: "parts"));
        var (before, few) = (Weights(whole), TestData.Squares(20, seed: 7));
        float[] codes, images;
        using (var run = Run.Open(whole))
            (codes, images) = (run.Encode(few), run.Reconstruct(few));

        Assert.Equal(TrainingEnd.Completed, Fit(whole, Prior(name)).End);
        Assert.Equal(TrainingEnd.Cancelled, Fit(parts, Prior(name), stopAfter: 2).End);
        Assert.Null(FittedPrior.Find(parts));
        Assert.Equal(TrainingEnd.Cancelled, Fit(parts, Prior(name), stopAfter: 7, resumes: true).End);
        Assert.Equal(TrainingEnd.Completed, Fit(parts, Prior(name), resumes: true).End);

        Assert.Equal(Weights(whole, "prior"), Weights(parts, "prior"));
        Assert.Equal(before, Weights(whole));
        using var fitted = Run.Open(whole);
        Assert.Equal(codes, fitted.Encode(few));
        Assert.Equal(images, fitted.Reconstruct(few));
        Assert.Equal(name, Catalogue.Of(fitted.Prior).Name);
        Assert.All(fitted.Generate(5), pixel => Assert.InRange(pixel, 0, 1));
        Assert.All(fitted.Score(few), score => Assert.True(float.IsFinite(score)));
    }

    /// <summary>
    /// In a step nothing moves but the prior, and all of that does: not the running averages of layers or likelihoods, and examples are
    /// seen without the corruption that they are trained with.
    /// </summary>
    [Theory, InlineData("sigma-vae", "mixture"), InlineData("vae", "vamp"), InlineData("denoising-ae", "two-stage")]
    public void A_step_moves_the_prior_and_nothing_else(string row, string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var experiment = Small.Experiment(row);
        var data = TestData.Squares(64);
        var model = experiment.Model.Build(data.Spec, Prior(name));
        model.Initialise(noise);
        var before = model.state_dict().ToDictionary(value => value.Key, value => value.Value.clone());
        var plan = PriorFit.Plan(experiment, Prior(name));
        using var session = new TrainingSession(plan, data, null, CPU,
            _ => new Learner(new FrozenModel(model), new CodeLikelihood()) { Learned = model.FindPrior(), Origin = "some" });
        for (var i = 0; i < 2; i++)
            session.Step();
        Assert.All(model.state_dict(),
            value => Assert.Equal(value.Key.StartsWith("prior."), !value.Value.eq(before[value.Key]).all().item<bool>()));
        var batch = new Batch(full([2, 1, 8, 8], 0.5f));
        Assert.Null(session.Model.Infer(batch, 1, new Progress(noise) { Training = true }).Batch.Corrupted);
    }

    /// <summary>Deterministic codes get a density behind the training (Ghosh et al. 2020, section 4), and so can be drawn.</summary>
    [Theory, InlineData("ae"), InlineData("rae")]
    public void An_autoencoder_can_draw_once_a_prior_is_fitted_and_no_more_when_that_is_taken_away(string row)
    {
        var path = Trained(row);
        Fit(path, new MixturePriorSpec { Components = 4 });
        using (var run = Run.Open(path))
        {
            Assert.True(run.CanGenerate);
            Assert.Equal("posterior", run.PartWithoutDensity);
        }
        FittedPrior.Remove(path);
        using (var run = Run.Open(path))
        {
            Assert.False(run.CanGenerate);
            Assert.Null(run.Fit);
        }
        Assert.Throws<IOException>(() => FittedPrior.Remove(path));
    }

    /// <summary>A fit replaces the one before it, and only when it is done.</summary>
    [Fact]
    public void Another_fit_replaces_the_first_when_it_is_done()
    {
        var path = Trained();
        Fit(path, new DiagonalPriorSpec());
        Fit(path, Prior("mixture"), stopAfter: 2);
        Assert.IsType<DiagonalPriorSpec>(FittedPrior.Find(path)!.Model.Prior);
        Fit(path, Prior("mixture"), resumes: true);
        Assert.IsType<MixturePriorSpec>(FittedPrior.Find(path)!.Model.Prior);
        Assert.Contains("no unfinished fit", Assert.Throws<FileNotFoundException>(() => PriorFit.Resume(path)).Message);
    }

    [Fact]
    public void Weights_that_move_on_leave_no_prior_that_was_fitted_to_others()
    {
        var path = Trained();
        Fit(path, new DiagonalPriorSpec());
        Assert.Contains("--undo", Assert.Throws<IOException>(() => Small.Resume(path, epochs: 3)).Message);
        File.Copy(Path.Combine(Trained("beta-vae", "other"), "weights.safetensors"), Path.Combine(path, "weights.safetensors"), true);
        // The other model has more units: a file of another shape does not fit either.
        Assert.Throws<InvalidDataException>(() => Run.Open(path));
        FittedPrior.Remove(path);
        Small.Train(Small.Experiment() with { Seed = 6 }, folder["again"]);
        File.Copy(Path.Combine(folder["again"], "weights.safetensors"), Path.Combine(path, "weights.safetensors"), true);
        Fit(path, new DiagonalPriorSpec());
        File.Copy(Path.Combine(Trained(name: "third"), "weights.safetensors"), Path.Combine(path, "weights.safetensors"), true);
        Assert.Contains("other weights", Assert.Throws<InvalidDataException>(() => Run.Open(path)).Message);
    }

    [Fact]
    public void Priors_that_learn_nothing_or_do_not_fit_the_codes_are_refused_with_the_reason()
    {
        var path = Trained("ae");
        Assert.Contains("has nothing to fit", Refusal(new StandardNormalPriorSpec()));
        Assert.Contains("prior 'vamp' needs a posterior whose density can be evaluated anywhere", Refusal(new VampPriorSpec()));
        var sphere = Trained("s-vae", "sphere");
        Assert.Contains("they follow the density of the prior",
            Assert.Throws<SpecException>(() => Fit(Trained("hvae", "moving"), new MixturePriorSpec())).Message);
        Assert.Contains("Euclidean", Assert.Throws<SpecException>(() => Fit(sphere, new MixturePriorSpec())).Message);

        string Refusal(PriorSpec prior) => Assert.Throws<SpecException>(() => Fit(path, prior)).Message;
    }

    /// <summary>Of finitely many codes, at places or not, no prior of vectors can be fitted, and of vectors none of codes.</summary>
    [Fact]
    public void Priors_of_vectors_and_finitely_many_codes_are_refused_by_each_other_with_the_reason()
    {
        var rows = ModelZoo.Rows.Where(row => row.Spec.Posterior.Gives.HasFlag(Traits.FinitelyMany)).ToList();
        Assert.Equal(8, rows.Count);
        var all = Catalogue.Of(typeof(PriorSpec)).Select(info => (PriorSpec)info.Default).ToList();
        Assert.All(rows, row => Assert.All(all.Where(prior => !prior.Gives.HasFlag(Traits.FinitelyMany)), prior =>
            Assert.Contains(Compatibility.FitViolations(row.Spec, prior), why => why.Message.Contains("needs a posterior"))));
        Assert.All(all.Where(prior => prior.Gives.HasFlag(Traits.FinitelyMany)), prior =>
            Assert.Contains(Compatibility.FitViolations(ModelZoo.Find("vae").Spec, prior),
                why => why.Message.Contains("'gaussian' has codes of any value")));
    }

    /// <summary>Where variables stand above each other the prior is the topmost's, and so is what is fitted to.</summary>
    [Theory, InlineData("mixture"), InlineData("two-stage"), InlineData("maf")]
    public void Of_several_variables_the_prior_of_the_topmost_is_fitted(string name)
    {
        var path = Trained("ladder-vae");
        Fit(path, Prior(name));
        using var run = Run.Open(path);
        Assert.All(run.Generate(5), pixel => Assert.InRange(pixel, 0, 1));
        Assert.All(run.Score(TestData.Squares(5)), score => Assert.True(float.IsFinite(score)));
    }

    /// <summary>The bound of a run is that of the fitted prior: it rises by as much as the cross-entropy falls.</summary>
    [Fact]
    public void The_score_is_of_the_fitted_prior()
    {
        using var scope = NewDisposeScope();
        var truth = new LinearGaussian(Shift, Spread);
        var run = RunOf(truth, out var data);
        var few = data.Train.Take(200);
        double before, after;
        using (var open = Run.Open(run))
            before = -open.Score(few).Average();
        Fit(run, new DiagonalPriorSpec(), data: data);
        using (var open = Run.Open(run))
            after = -open.Score(few).Average();
        // The bound rises by as much as the cross-entropy falls: E log N(z; aggregate) − E log N(z; 0, I).
        double[] variances = [.. truth.Variance.Select(v => 1 - v + v * Spread * Spread)];
        var rise = variances.Sum(v => 0.5 * (v + Shift * Shift - 1 - Math.Log(v)));
        Assert.Equal(rise, after - before, tolerance: 0.2);
    }

    /// <summary>
    /// A row whose prior is fitted afterwards is trained and fitted in one go; stopped in its second stage it goes on there, and trained
    /// for longer its second stage is fitted anew.
    /// </summary>
    [Fact]
    public void Two_stages_are_one_training()
    {
        var experiment = Small.Experiment("two-stage-vae") with { Data = new MemorySpec() };
        experiment = experiment with { Model = experiment.Model with { Prior = new TwoStagePriorSpec { Hidden = [16] } } };
        Small.Train(experiment, folder["whole"]);
        using (var stop = new CancellationTokenSource())
        {
            var watch = new TrainingWatch
            {
                Progress = report =>
                {
                    if (report is { What: "prior", Step: >= 3 })
                        stop.Cancel();
                },
                Cancellation = stop.Token,
                BetweenReports = TimeSpan.Zero,
                BetweenCheckpoints = TimeSpan.Zero,
            };
            Assert.Equal(TrainingEnd.Cancelled, Trainer.Run(experiment, folder["parts"], TestData.Splits(), null, watch).End);
        }
        Assert.Null(FittedPrior.Find(folder["parts"]));
        Assert.Equal(TrainingEnd.Completed, Small.Resume(folder["parts"]).End);
        Assert.Equal(Weights(folder["whole"]), Weights(folder["parts"]));
        Assert.Equal(Weights(folder["whole"], "prior"), Weights(folder["parts"], "prior"));

        Small.Resume(folder["parts"], epochs: 3);
        Assert.NotEqual(Weights(folder["whole"], "prior"), Weights(folder["parts"], "prior"));
        using var run = Run.Open(folder["parts"]);
        Assert.Equal("prior", run.PartWithoutDensity);
        Assert.All(run.Generate(5), pixel => Assert.InRange(pixel, 0, 1));
        Assert.Contains("the prior of model", Assert.Throws<ArgumentException>(() => run.LogLikelihood(TestData.Squares(3))).Message);
    }
}

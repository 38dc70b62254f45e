using VaeSharp.Data;
using VaeSharp.Likelihoods;
using VaeSharp.Objectives;
using VaeSharp.Optimizers;
using VaeSharp.Specs;
using VaeSharp.Training;

namespace VaeSharp.Tests.Training;

public sealed class TrainerTests
{
    [Fact]
    public void The_same_experiment_gives_the_same_weights_and_another_seed_gives_others()
    {
        using var folder = new TemporaryFolder();
        Small.Train(Small.Experiment(), folder["a"]);
        Small.Train(Small.Experiment(), folder["b"]);
        Small.Train(Small.Experiment() with { Seed = 6 }, folder["c"]);
        Assert.Equal(Weights(folder["a"]), Weights(folder["b"]));
        Assert.NotEqual(Weights(folder["a"]), Weights(folder["c"]));
    }

    [Fact]
    public void Validating_never_moves_training()
    {
        using var folder = new TemporaryFolder();
        var experiment = Small.Experiment(epochs: 3);
        Small.Train(experiment with { Training = experiment.Training with { Validation = "test" } }, folder["with"]);
        Small.Train(experiment with { Training = experiment.Training with { Validation = "none" } }, folder["without"]);
        Assert.Equal(TrainLosses(folder["without"]), TrainLosses(folder["with"]));
    }

    [Fact]
    public void Training_lowers_the_loss_and_keeps_the_best_epoch()
    {
        using var folder = new TemporaryFolder();
        var result = Small.Train(Small.Experiment(epochs: 20), folder["run"]);
        var losses = MetricsFile.Read(folder["run"]).Select(line => line.Validation["loss"]).ToArray();
        Assert.True(losses[^1] < losses[0] - 5, $"from {losses[0]} to {losses[^1]}");     // squares cost 44 nats before anything is learned
        Assert.Equal(losses.Min(), result.KeptLoss, 9);
        Assert.Equal(Array.IndexOf(losses, losses.Min()) + 1, result.KeptEpoch);
    }

    [Fact]
    public void A_short_last_batch_weighs_by_its_size()
    {
        // One frozen step size leaves the weights alone, so that an epoch's mean is the mean over examples whatever the batches are.
        using var folder = new TemporaryFolder();
        var means = new[] { 200, 150, 64 }.Select(batch =>
        {
            var experiment = Small.Experiment("ae", epochs: 1);
            Small.Train(experiment with
            {
                Training = experiment.Training with
                {
                    BatchSize = batch,
                    Validation = "none",
                    Optimizer = new SgdSpec { LearningRate = 1e-30 },
                    Precision = Precision.Fp32,
                },
            }, folder[$"{batch}"]);
            return TrainLosses(folder[$"{batch}"])[0];
        }).ToArray();
        Assert.Equal(means[0], means[1], 1e-3);
        Assert.Equal(means[0], means[2], 1e-3);
    }

    [Fact]
    public void Training_ends_early_when_the_loss_stands_still()
    {
        using var folder = new TemporaryFolder();
        var experiment = Small.Experiment(epochs: 50);
        var result = Small.Train(experiment with
        {
            Training = experiment.Training with { Patience = 2, Optimizer = new SgdSpec { LearningRate = 1e-30 } },
        }, folder["run"]);
        Assert.Equal((TrainingEnd.StoodStill, 3), (result.End, result.Epochs));
    }

    /// <summary>While β rises nothing is told by a loss that does not fall: 4 epochs of that, and then 2 of patience.</summary>
    [Theory, InlineData("linear:0..1@4epochs", 6), InlineData("cosine:0..1@24steps", 6), InlineData("cyclic:0..1@4epochs", 3)]
    public void Patience_counts_from_where_the_schedules_stand(string beta, int epochs)
    {
        using var folder = new TemporaryFolder();
        var experiment = Small.Experiment(epochs: 50);
        var result = Small.Train(experiment with
        {
            Model = experiment.Model with { Objective = new ElboSpec { Rate = new WeightedRate { Beta = Schedule.Parse(beta) } } },
            Training = experiment.Training with { Patience = 2, Optimizer = new SgdSpec { LearningRate = 1e-30 } },
        }, folder["run"]);
        Assert.Equal((TrainingEnd.StoodStill, epochs), (result.End, result.Epochs));
    }

    [Fact]
    public void A_loss_that_is_not_finite_names_its_term_and_leaves_the_checkpoint()
    {
        using var folder = new TemporaryFolder();
        var experiment = Small.Experiment(epochs: 3);
        Small.Train(experiment, folder["run"]);
        var before = Weights(folder["run"]);
        var wild = experiment with { Training = experiment.Training with { Epochs = 9, Optimizer = new SgdSpec { LearningRate = 900 } } };
        var failure = Assert.Throws<TrainingDivergedException>(() => Small.Train(wild, folder["wild"]));
        Assert.Contains($"step {failure.Step}", failure.Message);
        Assert.Contains(failure.Term, (string[])["kl", "reconstruction", "gradient of model"]);   // not "loss": that is only their sum
        Assert.Equal(before, Weights(folder["run"]));
    }

    [Fact]
    public void A_full_disk_leaves_the_last_good_files()
    {
        using var folder = new TemporaryFolder();
        var checkpoints = 0;
        Stream Through(Stream stream) => Interlocked.Increment(ref checkpoints) > 12 ? new FullDisk(stream) : stream;
        Assert.Throws<IOException>(() => Small.Train(Small.Experiment(epochs: 4), folder["run"], through: Through));
        Assert.Empty(Directory.EnumerateFiles(folder["run"], ".*.tmp"));
        Assert.Equal(TrainingEnd.Completed, Small.Resume(folder["run"]).End);

        Small.Train(Small.Experiment(epochs: 4), folder["whole"]);
        Assert.Equal(Weights(folder["whole"]), Weights(folder["run"]));
    }

    [Fact]
    public void A_process_killed_while_writing_a_checkpoint_leaves_a_run_that_resumes()
    {
        // What such a process leaves: the old checkpoint, and a torn new one beside it under another name.
        using var folder = new TemporaryFolder();
        Small.Train(Small.Experiment(), folder["run"], stopAfter: 3);
        var torn = Path.Combine(folder["run"], ".checkpoint.safetensors.abc.tmp");
        File.WriteAllBytes(torn, File.ReadAllBytes(Path.Combine(folder["run"], "checkpoint.safetensors"))[..500]);
        Small.Resume(folder["run"]);
        Assert.False(File.Exists(torn));

        Small.Train(Small.Experiment(), folder["whole"]);
        Assert.Equal(Weights(folder["whole"]), Weights(folder["run"]));
    }

    [Fact]
    public void A_run_that_somebody_trains_cannot_be_trained_by_another()
    {
        using var folder = new TemporaryFolder();
        Small.Train(Small.Experiment(), folder["run"], stopAfter: 1);
        using var other = RunFolder.Open(folder["run"]);
        Assert.Contains("in use", Assert.Throws<IOException>(() => Small.Resume(folder["run"])).Message);
    }

    [Fact]
    public void A_folder_that_is_a_file_or_holds_something_is_refused_and_nothing_is_lost()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "mine");
        Assert.Contains("--out", Assert.Throws<IOException>(() => Small.Train(Small.Experiment(), folder["file"])).Message);
        Assert.Contains("--out",
            Assert.Throws<IOException>(() => Small.Train(Small.Experiment(), Path.Combine(folder["file"], "run"))).Message);
        Directory.CreateDirectory(folder["full"]);
        File.WriteAllText(Path.Combine(folder["full"], "thesis.txt"), "mine");
        Assert.Contains("not empty", Assert.Throws<IOException>(() => Small.Train(Small.Experiment(), folder["full"])).Message);
        Assert.Equal("mine", File.ReadAllText(folder["file"]));
    }

    [Fact]
    public void Folders_that_are_asked_for_at_the_same_time_are_different_ones()
    {
        using var folder = new TemporaryFolder();
        var paths = new string[16];
        Parallel.For(0, paths.Length, i => paths[i] = RunFolder.Fresh(folder["runs"], "vae"));
        Assert.Equal(paths.Length, paths.Distinct().Count());
        RunFolder.GiveBack(paths[0]);
        Assert.False(Directory.Exists(paths[0]));
    }

    [Fact]
    public void Waiting_for_a_validation_loss_that_is_not_measured_is_refused()
    {
        var experiment = Small.Experiment();
        var training = experiment.Training with { Validation = "none" };
        Assert.Throws<SpecException>(() => (experiment with { Training = training with { Patience = 3 } }).Check());
        Assert.Throws<SpecException>(() => (experiment with { Training = training with { Schedule = new PlateauLearningRate() } }).Check());
    }

    [Fact]
    public void A_penalty_that_is_there_twice_is_refused()
    {
        var experiment = Small.Experiment("factor-vae");
        var twice = experiment with
        {
            Model = experiment.Model with { Penalties = [.. experiment.Model.Penalties, .. experiment.Model.Penalties] },
        };
        Assert.Contains("2 times", Assert.Throws<SpecException>(() => twice.Check()).Message);
    }

    [Fact]
    public void Labels_must_be_there_where_a_condition_needs_them()
    {
        using var folder = new TemporaryFolder();
        var unlabelled = Dataset.From(new byte[64 * 50], [1, 8, 8]);
        var failure = Assert.Throws<SpecException>(
            () => Small.Train(Small.Experiment("cvae"), folder["run"], data: new DataSplits(unlabelled)));
        Assert.Contains("labels", failure.Message);
    }

    [Fact]
    public void A_range_that_does_not_suit_the_likelihood_is_refused()
    {
        using var folder = new TemporaryFolder();
        var signed = Dataset.From(Enumerable.Range(0, 640).Select(i => i / 320f - 1).ToArray(), [1, 8, 8]);
        var failure = Assert.Throws<SpecException>(() => Small.Train(Small.Experiment(), folder["run"], data: new DataSplits(signed)));
        Assert.Contains("[0, 1]", failure.Message);
    }

    [Fact]
    public void A_critic_moves_by_its_own_optimiser_and_only_where_it_has_a_loss()
    {
        using var folder = new TemporaryFolder();
        Small.Train(Small.Experiment("factor-vae", epochs: 1), folder["run"]);
        var terms = MetricsFile.Read(folder["run"])[0];
        Assert.True(terms.Train.ContainsKey("critic"));
        Assert.False(terms.Validation.ContainsKey("critic"));                                   // validation has no second batch
        Assert.Equal(terms.Validation["loss"],
            terms.Validation["reconstruction"] + terms.Validation["kl"] + 35 * terms.Validation["total-correlation"], 1e-2);
    }

    /// <summary>
    /// Where encoder and decoder minimise different losses, the decoder's, which is the tighter bound, is the loss that is reported and
    /// that the best weights are chosen by; the encoder's stands beside it, in training and in validation.
    /// </summary>
    [Fact]
    public void Of_two_players_losses_the_tighter_bound_is_the_loss()
    {
        using var folder = new TemporaryFolder();
        var experiment = Small.Experiment("piwae", epochs: 1);
        Small.Train(experiment with { Model = experiment.Model with { Likelihood = new GaussianLikelihoodSpec() } }, folder["run"]);
        var line = MetricsFile.Read(folder["run"])[0];
        foreach (var terms in (IReadOnlyDictionary<string, double>[])[line.Train, line.Validation])
        {
            Assert.True(terms["loss"] < terms["inference"], $"{terms["loss"]} and {terms["inference"]}");
            Assert.True(terms["inference"] < terms["reconstruction"] + terms["kl"] + 0.1);       // the evidence lower bound is the loosest
            Assert.Equal(terms["loss"] - 32 * Math.Log(2 * Math.PI), terms[CompositeObjective.LossWithoutConstant], 1e-3);
        }
    }

    [Fact]
    public void Every_loss_is_logged_in_nats_and_they_add_up()
    {
        using var folder = new TemporaryFolder();
        var experiment = Small.Experiment("beta-vae", epochs: 1);
        Small.Train(experiment, folder["run"]);
        var terms = MetricsFile.Read(folder["run"])[0].Train;
        Assert.Equal(terms["loss"], terms["reconstruction"] + 4 * terms["kl"], 1e-3);
        Assert.True(Directory.EnumerateFiles(Path.Combine(folder["run"], "tensorboard")).Any());
    }

    [Fact]
    public void Schedules_stand_at_their_end_in_validation()
    {
        using var folder = new TemporaryFolder();
        var experiment = Small.Experiment(epochs: 1);
        Small.Train(experiment with
        {
            Model = experiment.Model with
            {
                Objective = new ElboSpec { Rate = new WeightedRate { Beta = Schedule.Parse("linear:0..3@100epochs") } },
            },
        }, folder["run"]);
        var terms = MetricsFile.Read(folder["run"])[0].Validation;
        Assert.Equal(terms["loss"], terms["reconstruction"] + 3 * terms["kl"], 1e-3);
    }

    private static byte[] Weights(string run) => File.ReadAllBytes(Path.Combine(run, "weights.safetensors"));

    private static double[] TrainLosses(string run) => [.. MetricsFile.Read(run).Select(line => line.Train["loss"])];

    private sealed class FullDisk(Stream inner) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            inner.Write(buffer[..Math.Min(10, buffer.Length)]);
            throw new IOException("No space left on device");
        }
    }
}

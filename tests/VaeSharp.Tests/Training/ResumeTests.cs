using VaeSharp.Data;
using VaeSharp.Objectives;
using VaeSharp.Optimizers;
using VaeSharp.Specs;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Training;

public sealed class ResumeTests
{
    public static TheoryData<string> Rows => [.. ModelZoo.Rows.Select(row => row.Name)];

    [Theory, MemberData(nameof(Rows))]
    public void A_run_stopped_in_the_middle_of_an_epoch_and_resumed_ends_with_the_same_bits(string row) =>
        EndsWithTheSameBits(Small.Experiment(row), TestData.Splits());

    [Fact]
    public void Averages_clipping_momentum_plateau_and_warm_up_resume_exactly()
    {
        var experiment = Small.Experiment(epochs: 6);
        EndsWithTheSameBits(experiment with
        {
            Model = experiment.Model with
            {
                Objective = new ElboSpec { Rate = new WeightedRate { Beta = Schedule.Parse("linear:0..4@3epochs") } },
            },
            Training = experiment.Training with
            {
                Optimizer = new RmsPropSpec { Momentum = 0.5, LearningRate = 0.01 },
                Schedule = new PlateauLearningRate { Wait = 1, Warmup = 5 },
                AverageDecay = 0.9,
                ClipNorm = 10,
            },
        }, TestData.Splits());
    }

    [Fact]
    public void Pixels_drawn_anew_for_each_epoch_resume_exactly()
    {
        var splits = TestData.Splits();
        EndsWithTheSameBits(Small.Experiment(), splits with { Train = splits.Train.WithDraws() });
    }

    /// <summary>
    /// Copies of weights are made anew, and are those that there were: also behind updates that left a weight where it was.
    /// </summary>
    [Theory, InlineData("vae"), InlineData("factor-vae"), InlineData("iwae")]
    public void In_bfloat16_too_a_resumed_run_ends_with_the_same_bits(string row)
    {
        var experiment = Small.Experiment(row);
        EndsWithTheSameBits(experiment with { Training = experiment.Training with { Precision = Precision.Bf16 } }, TestData.Splits());
    }

    [Fact]
    public void Going_on_longer_equals_having_planned_it()
    {
        using var folder = new TemporaryFolder();
        Small.Train(Small.Experiment(epochs: 4), folder["long"]);
        Small.Train(Small.Experiment(epochs: 2), folder["short"]);
        var result = Small.Resume(folder["short"], epochs: 4);
        Assert.Equal(4, result.Epochs);
        AssertSameBits(folder["long"], folder["short"]);
        Assert.Equal(4, Experiment.Load(Path.Combine(folder["short"], "experiment.json")).Training.Epochs);
    }

    [Fact]
    public void Epochs_behind_the_checkpoint_are_written_once()
    {
        using var folder = new TemporaryFolder();
        var experiment = Small.Experiment(epochs: 3);
        Small.Train(experiment, folder["run"], stopAfter: 9);
        File.AppendAllText(Path.Combine(folder["run"], "metrics.jsonl"),
            """{"epoch":2,"train":{"loss":1}}""" + "\n" + """{"epoch":3,"tr""");
        Small.Resume(folder["run"]);
        Assert.Equal([1, 2, 3], MetricsFile.Read(folder["run"]).Select(line => line.Epoch));
    }

    [Fact]
    public void An_experiment_that_was_changed_and_fewer_epochs_than_are_done_are_refused_and_nothing_is_lost()
    {
        using var folder = new TemporaryFolder();
        Small.Train(Small.Experiment(epochs: 2), folder["run"]);
        var path = Path.Combine(folder["run"], "experiment.json");
        var before = File.ReadAllText(path);
        Assert.Contains("2 epochs are done", Assert.Throws<SpecException>(() => Small.Resume(folder["run"], epochs: 1)).Message);
        Assert.Equal(before, File.ReadAllText(path));
        File.WriteAllText(path, before.Replace("\"batchSize\": 32", "\"batchSize\": 16"));
        Assert.Contains("was changed", Assert.Throws<InvalidDataException>(() => Small.Resume(folder["run"], epochs: 4)).Message);
    }

    [Fact]
    public void The_summary_tells_the_best_epoch_of_all_sessions()
    {
        using var folder = new TemporaryFolder();
        Small.Train(Small.Experiment(epochs: 2), folder["run"]);
        var result = Small.Resume(folder["run"], epochs: 3);
        var best = MetricsFile.Read(folder["run"]).Single(epoch => epoch.Epoch == result.KeptEpoch);
        Assert.Contains($"  {"kl",-20} {best.Validation["kl"],10:F2}", File.ReadAllText(Path.Combine(folder["run"], "summary.txt")));
    }

    [Fact]
    public void Other_data_are_refused()
    {
        using var folder = new TemporaryFolder();
        Small.Train(Small.Experiment(), folder["run"], stopAfter: 3);
        var other = new DataSplits(TestData.Squares(200, seed: 9));
        Assert.Contains("not those", Assert.Throws<InvalidDataException>(() => Small.Resume(folder["run"], data: other)).Message);
    }

    private static void EndsWithTheSameBits(Experiment experiment, DataSplits data)
    {
        using var folder = new TemporaryFolder();
        Small.Train(experiment, folder["whole"], data: data);
        Assert.Equal(TrainingEnd.Cancelled, Small.Train(experiment, folder["parts"], stopAfter: 2, data: data).End);
        Assert.Equal(TrainingEnd.Cancelled, Small.Resume(folder["parts"], stopAfter: 7, data: data).End);   // 6 steps are an epoch
        Assert.Equal(TrainingEnd.Completed, Small.Resume(folder["parts"], data: data).End);
        AssertSameBits(folder["whole"], folder["parts"]);
    }

    private static void AssertSameBits(string expected, string actual)
    {
        Assert.Equal(File.ReadAllBytes(Path.Combine(expected, "weights.safetensors")),
            File.ReadAllBytes(Path.Combine(actual, "weights.safetensors")));
        Assert.Equal(Terms(expected), Terms(actual));
    }

    private static string[] Terms(string run) =>
        [.. MetricsFile.Read(run).Select(line => $"{line.Json["train"]!.ToJsonString()}{line.Json["validation"]?.ToJsonString()}")];
}

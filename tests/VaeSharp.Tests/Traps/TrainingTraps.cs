using VaeSharp.Objectives;
using VaeSharp.Optimizers;
using VaeSharp.Tests.Training;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Traps;

/// <summary>What well-known libraries' training loops get wrong about a loss that is right by itself. Through the trainer.</summary>
public sealed class TrainingTraps
{
    // Weights stay where they were drawn, so that only what the test is about changes.
    private static Experiment Standing(string row, Func<VaeSpec, VaeSpec> change, int epochs = 1)
    {
        var experiment = Small.Experiment(row, epochs);
        return experiment with
        {
            Model = change(experiment.Model),
            Training = experiment.Training with { Optimizer = new SgdSpec { LearningRate = 1e-30 } },
        };
    }

    /// <summary>Loss, reconstruction and divergence of each step, from the means that are reported behind it.</summary>
    private static List<(double Loss, double Reconstruction, double Kl)> Steps(Experiment experiment)
    {
        using var folder = new TemporaryFolder();
        var found = new List<(double, double, double)>();
        var before = (Loss: 0.0, Reconstruction: 0.0, Kl: 0.0, Count: 0);
        Trainer.Run(experiment, folder["run"], TestData.Splits(train: 320), null, new TrainingWatch
        {
            BetweenReports = TimeSpan.Zero,
            Progress = report =>
            {
                if (report.EpochEnded)
                {
                    before = default;
                    return;
                }
                var count = before.Count + 1;
                var now = (Loss: report.Train["loss"] * count, Reconstruction: report.Train["reconstruction"] * count,
                    Kl: report.Train["kl"] * count, Count: count);
                found.Add((now.Loss - before.Loss, now.Reconstruction - before.Reconstruction, now.Kl - before.Kl));
                before = now;
            },
        });
        return found;
    }

    /// <summary>
    /// A01: PyTorch-VAE flips images of the validation set by chance, as those that it trains on. With weights that stand still the loss
    /// of the validation set is the same number in each epoch.
    /// </summary>
    [Fact]
    public void A01_Validation_sees_the_same_images_in_every_epoch()
    {
        using var folder = new TemporaryFolder();
        Trainer.Run(Standing("vae", model => model, epochs: 3), folder["run"], TestData.Splits(train: 320), null, new TrainingWatch());
        var losses = MetricsFile.Read(folder["run"]).Select(epoch => epoch.Validation["loss"]).ToList();
        Assert.Equal(3, losses.Count);
        Assert.Single(losses.Distinct());
    }

    /// <summary>
    /// P16: Pythae's warm-up counts whole epochs, so that short trainings see one weight. Over an epoch of nine steps and the next the
    /// weight rises with each, from 0 by an eighteenth.
    /// </summary>
    [Fact]
    public void P16_The_weight_of_the_divergence_moves_with_every_step()
    {
        var beta = Schedule.Along(ScheduleShape.Linear, 0, 1, 2, ScheduleUnit.Epochs);
        var steps = Steps(Standing("vae",
            model => model with { Objective = new ElboSpec { Rate = new WeightedRate { Beta = beta } } }, epochs: 2));
        Assert.Equal(18, steps.Count);
        for (var t = 0; t < steps.Count; t++)
            Check.Close(t / 18.0, (steps[t].Loss - steps[t].Reconstruction) / steps[t].Kl, 0, 1e-3);
    }

    /// <summary>
    /// P04: Pythae moves the capacity with each epoch. Over 36 steps the paper's moves with each: |KL − C| loses 25/36 nats.
    /// </summary>
    [Fact]
    public void P04_The_capacity_moves_with_every_step()
    {
        var capacity = Schedule.Along(ScheduleShape.Linear, 0, 25, 36, ScheduleUnit.Steps);
        var steps = Steps(Standing("vae",
            model => model with { Objective = new ElboSpec { Rate = new CapacityRate { Gamma = 1, Capacity = capacity } } }));
        Assert.Equal(9, steps.Count);
        for (var t = 0; t < steps.Count; t++)
            Check.Close(Math.Abs(steps[t].Kl - 25.0 * t / 36), steps[t].Loss - steps[t].Reconstruction, 0, 2e-3);
    }

    /// <summary>
    /// P06: in Pythae N is the size of the data that are evaluated; A03: in PyTorch-VAE it is made of the batch size and a weight. It is
    /// the number of training examples, in validation too: from twice as many the weighted log q(z) of the same examples is lower by log 2.
    /// </summary>
    [Fact]
    public void P06_A03_Validation_has_the_number_of_training_examples()
    {
        Check.Close(Information(160) + Math.Log(2), Information(320), 1e-4);

        static double Information(int train)
        {
            using var folder = new TemporaryFolder();
            var experiment = Standing("beta-tc-vae", model => model);
            experiment = experiment with { Training = experiment.Training with { Validation = "test" } };
            Trainer.Run(experiment, folder["run"], TestData.Splits(train, test: 40), null, new TrainingWatch());
            return MetricsFile.Read(folder["run"]).Single().Validation["mutual-information"];
        }
    }
}

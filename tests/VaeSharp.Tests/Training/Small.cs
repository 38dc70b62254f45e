using VaeSharp.Data;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Training;

/// <summary>Experiments that train in a moment.</summary>
internal static class Small
{
    public static Experiment Experiment(string row = "vae", int epochs = 2)
    {
        var experiment = VaeSharp.Training.Experiment.Of(row);
        return experiment with
        {
            Model = Shrink(experiment.Model),
            Training = experiment.Training with { Epochs = epochs, BatchSize = 32, Threads = 1 },
            Seed = 5,
        };
    }

    /// <summary>The model with narrow layers, its critics' too.</summary>
    public static VaeSpec Shrink(VaeSpec model) => model with
    {
        Network = new MlpSpec { Hidden = [16] },
        Penalties = [.. model.Penalties.Select(penalty =>
            penalty is DensityRatioSpec ratio ? ratio with { Width = 16, Layers = 2 } : penalty)],
    };

    /// <summary>Trains, stopping behind a number of steps where one is given.</summary>
    public static TrainingResult Train(Experiment experiment, string folder, long stopAfter = long.MaxValue, DataSplits? data = null,
        Func<Stream, Stream>? through = null) =>
        Watched(stopAfter, through, watch => Trainer.Run(experiment, folder, data ?? TestData.Splits(), null, watch));

    /// <summary>Resumes, stopping behind a number of steps where one is given.</summary>
    public static TrainingResult Resume(string folder, long stopAfter = long.MaxValue, int? epochs = null, DataSplits? data = null) =>
        Watched(stopAfter, null, watch => Trainer.Resume(folder, epochs, data ?? TestData.Splits(), null, watch));

    private static TrainingResult Watched(long stopAfter, Func<Stream, Stream>? through, Func<TrainingWatch, TrainingResult> train)
    {
        using var stop = new CancellationTokenSource();
        return train(new TrainingWatch
        {
            Progress = report =>
            {
                if (report.Step >= stopAfter)
                    stop.Cancel();
            },
            Cancellation = stop.Token,
            BetweenReports = TimeSpan.Zero,
            BetweenCheckpoints = TimeSpan.Zero,
            Through = through,
        });
    }
}

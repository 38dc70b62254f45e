using VaeSharp.Data;
using VaeSharp.Networks;
using VaeSharp.Training;

namespace VaeSharp.Benchmarks;

/// <summary>The worker of this library: recipes, the trainer's own loop and <see cref="Run"/>, as a program uses them.</summary>
internal static class Ours
{
    /// <summary>Does a job in a temporary folder.</summary>
    public static Measurement Do(Job job)
    {
        var folder = Directory.CreateTempSubdirectory("vae-compare-").FullName;
        try
        {
            var (experiment, data) = (ExperimentOf(job), DataOf(job));
            var measured = job.Kind switch
            {
                "train" => Train(job, experiment, data, folder),
                "loss" => Loss(experiment, data, folder),
                _ => Infer(job, experiment, data, folder),
            };
            var version = typeof(Trainer).Assembly.GetName().Version!.ToString(3);
            return measured with { Version = $"VaeSharp {version}", Variant = job.Variant, Peak = Measurement.OwnPeak() };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Experiment ExperimentOf(Job job)
    {
        var recipe = Recipes.Find(job.Recipe);
        NetworkSpec network = recipe.Model.Network switch
        {
            MlpSpec mlp => mlp with { Hidden = [job.Width] },
            ConvSpec conv => conv with { Hidden = job.Width },
            var other => other,
        };
        return recipe with
        {
            Model = recipe.Model with { Latent = job.Latent, Network = network },
            Training = recipe.Training with
            {
                Epochs = job.Kind == "loss" ? job.Epochs : 1_000_000,
                BatchSize = job.Batch,
                Threads = job.Threads,
                Precision = job.Variant == "default" ? Precision.Auto : Enum.Parse<Precision>(job.Variant, ignoreCase: true),
                Validation = job.Kind == "loss" ? "test" : "none",
            },
            Seed = job.Seed,
        };
    }

    private static DataSplits DataOf(Job job)
    {
        if (job.Data is { } folder)
            return MnistFolder.Read(folder);
        var images = new byte[job.NoiseCount * job.Image * job.Image];
        new Random(job.Seed).NextBytes(images);
        var labels = Enumerable.Range(0, job.NoiseCount).Select(i => i % 10).ToArray();
        var noise = Dataset.From(images, [1, job.Image, job.Image], labels);
        return new DataSplits(noise.Select([.. Enumerable.Range(0, job.EpochCount).Select(i => i % job.NoiseCount)]));
    }

    private static Measurement Train(Job job, Experiment experiment, DataSplits data, string folder)
    {
        var (rates, count) = (new Rates(job.Seconds), data.Train.Count);
        using var collector = new CollectorWatch();
        using var enough = new CancellationTokenSource();
        Trainer.Run(experiment, folder, data, progress: report =>
        {
            if (!rates.IsWarm)
                collector.Begin(report.Step);
            var (epochs, steps) = Math.DivRem(report.Step, report.TotalSteps / report.Epochs);
            rates.Add(epochs * count + Math.Min(steps * job.Batch, count));
            collector.Look(report.Step);
            if (rates.IsDone)
                enough.Cancel();
        }, cancellation: enough.Token);
        return collector.Add(new Measurement { Rates = rates.Values });
    }

    private static Measurement Loss(Experiment experiment, DataSplits data, string folder)
    {
        var result = Trainer.Run(experiment, folder, data);
        return new Measurement { Rates = [(double)data.Train.Count * result.Epochs / result.Seconds], Loss = result.KeptLoss };
    }

    private static Measurement Infer(Job job, Experiment experiment, DataSplits data, string folder)
    {
        // A model that has seen one batch: how good it is does not matter to how long it takes.
        experiment = experiment with { Training = experiment.Training with { Epochs = 1 } };
        Trainer.Run(experiment, folder, new DataSplits(data.Train.Take(job.Batch)));
        using var run = Run.Open(folder);
        var labels = run.NeedsLabels ? Enumerable.Range(0, 10_000).Select(i => i % 10).ToArray() : default(ReadOnlyMemory<int>);
        return new Measurement
        {
            Rates = job.Kind == "encode"
                ? Rates.Of(job.Seconds, data.Train.Count, () => run.Encode(data.Train))
                : Rates.Of(job.Seconds, 10_000, () => run.Generate(10_000, labels)),
        };
    }
}

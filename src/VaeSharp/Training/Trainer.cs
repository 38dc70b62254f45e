using VaeSharp.Data;
using VaeSharp.Native;
using VaeSharp.Specs;

namespace VaeSharp.Training;

/// <summary>Trains models. One loop for all of them.</summary>
public static class Trainer
{
    /// <summary>Trains a model from the start.</summary>
    /// <param name="experiment">Model, training, data and seed.</param>
    /// <param name="folder">The run's folder, which must be new or empty; by default <c>runs/(model)-(data)-(number)</c>.</param>
    /// <param name="data">The data, where a program has them already; by default they are read as the experiment says.</param>
    /// <param name="context">Where data are looked for, and whom to tell how far that is.</param>
    /// <param name="progress">Told how far the training is, several times a second and at each epoch's end, on the calling thread.</param>
    /// <param name="cancellation">Ends the training behind the current step; it is saved and can be resumed.</param>
    /// <exception cref="SpecException">The experiment cannot be carried out; all reasons are given.</exception>
    /// <exception cref="IOException">The folder is not empty, in use or not writable, or data cannot be read.</exception>
    /// <exception cref="TrainingDivergedException">A loss or a gradient is not finite.</exception>
    public static TrainingResult Run(Experiment experiment, string? folder = null, DataSplits? data = null, DataContext? context = null,
        Action<TrainingReport>? progress = null, CancellationToken cancellation = default) =>
        Run(experiment, folder, data, context, new TrainingWatch { Progress = progress, Cancellation = cancellation });

    /// <inheritdoc cref="Run(Experiment, string?, DataSplits?, DataContext?, Action{TrainingReport}?, CancellationToken)"/>
    internal static TrainingResult Run(Experiment experiment, string? folder, DataSplits? data, DataContext? context, TrainingWatch watch)
    {
        Libtorch.Load();
        experiment = data is null ? experiment : experiment with { Data = data.Source ?? new MemorySpec() };
        experiment.Check();
        var device = ComputeResources.DeviceOf(experiment.Training.Device);
        var source = Catalogue.Of(experiment.Data).Name;
        var splits = data ?? experiment.LoadData((context ?? new DataContext()) with { Cancellation = watch.Cancellation });
        experiment.Check(splits.Train.Spec);
        using var home = RunFolder.Create(folder ?? RunFolder.Fresh("runs", $"{experiment.Name}-{source}"), watch.Through);
        return TrainAndFit(experiment, splits, device, home, watch);
    }

    /// <summary>Continues a training, exactly as if it had never stopped.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="epochs">The number of epochs to train in all, where it shall be another than before.</param>
    /// <param name="data">The data, where a program gave them.</param>
    /// <param name="context">Where data are looked for, and whom to tell how far that is.</param>
    /// <param name="progress">Told how far the training is.</param>
    /// <param name="cancellation">Ends the training behind the current step.</param>
    /// <exception cref="IOException">There is no run in the folder, or it is in use.</exception>
    /// <exception cref="InvalidDataException">A file of the run is damaged, or the data are not those that it was trained on.</exception>
    public static TrainingResult Resume(string folder, int? epochs = null, DataSplits? data = null, DataContext? context = null,
        Action<TrainingReport>? progress = null, CancellationToken cancellation = default) =>
        Resume(folder, epochs, data, context, new TrainingWatch { Progress = progress, Cancellation = cancellation });

    /// <inheritdoc cref="Resume(string, int?, DataSplits?, DataContext?, Action{TrainingReport}?, CancellationToken)"/>
    internal static TrainingResult Resume(string folder, int? epochs, DataSplits? data, DataContext? context, TrainingWatch watch)
    {
        Libtorch.Load();
        using var home = RunFolder.Open(folder, watch.Through);
        var experiment = Experiment.Load(home.Experiment);
        if (epochs is { } count)
            experiment = experiment with { Training = experiment.Training with { Epochs = count } };
        experiment.Check();
        var device = ComputeResources.DeviceOf(experiment.Training.Device);
        var splits = data ?? experiment.LoadData((context ?? new DataContext()) with { Cancellation = watch.Cancellation });
        experiment.Check(splits.Train.Spec);
        return TrainAndFit(experiment, splits, device, home, watch);
    }

    private static TrainingResult TrainAndFit(
        Experiment experiment, DataSplits splits, Device device, RunFolder folder, TrainingWatch watch)
    {
        var result = Train(experiment, splits, device, folder, watch);
        return experiment.Model.Prior.IsFittedAfterwards && result.End != TrainingEnd.Cancelled
            ? PriorFit.Afterwards(folder, experiment, splits, device, watch, result)
            : result;
    }

    private static TrainingResult Train(Experiment experiment, DataSplits splits, Device device, RunFolder folder, TrainingWatch watch)
    {
        ComputeResources.UseThreads(experiment.Training.Threads);
        var (train, validation) = Divide(experiment, splits);
        var checksum = Task.Run(() => RunRecord.Fingerprint(train));                             // while the model is built
        using var session = new TrainingSession(experiment, train, validation, device, isFresh: !File.Exists(folder.Checkpoint));
        var fingerprint = checksum.GetAwaiter().GetResult();
        Checkpoint.Restore(session, folder, fingerprint, experiment);
        if (session.Counters.Epoch > experiment.Training.Epochs)
            throw new SpecException($"{session.Counters.Epoch} epochs are done already; "
                + $"--epochs {experiment.Training.Epochs} would be fewer.");
        if (session.Counters.Epoch < experiment.Training.Epochs && !experiment.Model.Prior.IsFittedAfterwards
            && FittedPrior.Find(folder.Path) is not null)
            throw new IOException($"Run '{folder.Path}' has a prior that was fitted to its codes, which more training would move. "
                + $"Take it away first: vae fit {folder.Path} --undo");
        return Go(experiment, session, train, folder, fingerprint, watch);
    }

    /// <summary>Writes down what is trained, and trains it to its end.</summary>
    internal static TrainingResult Go(
        Experiment experiment, TrainingSession session, Dataset train, RunFolder folder, string fingerprint, TrainingWatch watch)
    {
        experiment.Save(folder.Experiment);
        RunRecord.WriteEnvironment(folder, session, experiment, train, fingerprint);
        using var log = new MetricsLog(folder, session.Counters.Epoch);
        return new TrainingLoop(experiment, session, folder, log, fingerprint, watch).Run();
    }

    /// <summary>What is trained on, and what validates.</summary>
    internal static (Dataset Train, Dataset? Validation) Divide(Experiment experiment, DataSplits splits) => experiment.Training switch
    {
        { HeldOut: not null } when splits.Validation is not null => (splits.Train, splits.Validation),
        { HeldOut: { } share } => Splits.HoldOut(splits.Train, share, experiment.Seed),
        { Validation: "test" } => (splits.Train,
            splits.Test ?? throw new SpecException("The data have no test set. Use --validation 0.1.")),
        _ => (splits.Train, null),
    };
}

using System.Diagnostics;
using VaeSharp.Data;
using VaeSharp.Native;
using VaeSharp.Specs;

namespace VaeSharp.Training;

/// <summary>Trains models. One loop for all of them.</summary>
public static class Trainer
{
    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BetweenCheckpoints = TimeSpan.FromSeconds(15);

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
        Action<TrainingReport>? progress = null, CancellationToken cancellation = default)
    {
        Libtorch.Load();
        experiment = data is null ? experiment : experiment with { Data = new MemorySpec() };
        experiment.Check();
        var device = ComputeResources.DeviceOf(experiment.Training.Device);
        var source = Catalogue.Of(experiment.Data).Name;
        using var home = RunFolder.Create(folder ?? RunFolder.Fresh("runs", $"{experiment.Name}-{source}"));
        var splits = data ?? experiment.Data.Load((context ?? new DataContext()) with { Seed = experiment.Seed, Cancellation = cancellation });
        experiment.Check(splits.Train.Spec);
        experiment.Save(home.Experiment);
        return Train(experiment, splits, device, home, progress, cancellation);
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
        Action<TrainingReport>? progress = null, CancellationToken cancellation = default)
    {
        Libtorch.Load();
        using var home = RunFolder.Open(folder);
        var experiment = Experiment.Load(home.Experiment);
        if (epochs is { } count)
            experiment = experiment with { Training = experiment.Training with { Epochs = count } };
        experiment.Check();
        var device = ComputeResources.DeviceOf(experiment.Training.Device);
        var splits = data ?? experiment.Data.Load((context ?? new DataContext()) with { Seed = experiment.Seed, Cancellation = cancellation });
        experiment.Check(splits.Train.Spec);
        if (epochs is not null)
            experiment.Save(home.Experiment);
        return Train(experiment, splits, device, home, progress, cancellation);
    }

    private static TrainingResult Train(Experiment experiment, DataSplits splits, Device device, RunFolder folder,
        Action<TrainingReport>? progress, CancellationToken cancellation)
    {
        ComputeResources.UseThreads(experiment.Training.Threads);
        var (train, validation) = Divide(experiment, splits);
        var fingerprint = RunRecord.Fingerprint(train);
        using var session = new TrainingSession(experiment, train, validation, device);
        Checkpoint.Restore(session, folder, fingerprint);
        RunRecord.WriteEnvironment(folder, session, experiment, train, fingerprint);
        using var log = new MetricsLog(folder, session.Counters.Epoch);
        return new TrainingLoop(experiment, session, folder, log, fingerprint, progress, cancellation).Run();
    }

    private static (Dataset Train, Dataset? Validation) Divide(Experiment experiment, DataSplits splits) => experiment.Training switch
    {
        { HeldOut: not null } when splits.Validation is not null => (splits.Train, splits.Validation),
        { HeldOut: { } share } => Splits.HoldOut(splits.Train, share, experiment.Seed),
        { Validation: "test" } => (splits.Train, splits.Test ?? throw new SpecException("The data have no test set. Use --validation 0.1.")),
        _ => (splits.Train, null),
    };

    private sealed class TrainingLoop(Experiment experiment, TrainingSession session, RunFolder folder, MetricsLog log, string fingerprint,
        Action<TrainingReport>? progress, CancellationToken cancellation)
    {
        private readonly Stopwatch clock = Stopwatch.StartNew();
        private readonly double before = session.Counters.Seconds;
        private readonly long stepsBefore = session.Counters.Step;
        private IReadOnlyDictionary<string, double>? validation = MetricsFile.Read(folder.Path) is [.., var last] ? last.Validation : null;
        private IReadOnlyDictionary<string, double>? best;
        private TimeSpan reported = -BetweenReports;
        private TimeSpan saved;
        private TimeSpan epochStart;
        private long epochSamples;

        private Counters Counters => session.Counters;

        public TrainingResult Run()
        {
            var end = Epochs();
            if (!File.Exists(folder.Weights))
                Checkpoint.SaveWeights(session.Model, folder);
            Save();
            var result = new TrainingResult(folder.Path, end, Counters.Epoch, Counters.BestEpoch, Counters.BestLoss, Counters.Seconds);
            RunRecord.WriteSummary(folder, experiment, session.Model, result, best ?? validation);
            return result;
        }

        private TrainingEnd Epochs()
        {
            while (Counters.Epoch < experiment.Training.Epochs)
            {
                if (experiment.Training.Patience > 0 && Counters.Epoch - Counters.BestEpoch >= experiment.Training.Patience)
                    return TrainingEnd.StoodStill;
                (epochStart, epochSamples) = (clock.Elapsed, 0);
                while (Counters.Batch < session.Batches)
                {
                    if (cancellation.IsCancellationRequested)
                        return TrainingEnd.Cancelled;
                    epochSamples += session.Step();
                    if (clock.Elapsed - reported >= BetweenReports)
                        Report(Look(Counters.Epoch + 1));
                    if (clock.Elapsed - saved >= BetweenCheckpoints)
                        Save();
                }
                EndEpoch();
            }
            return TrainingEnd.Completed;
        }

        private void EndEpoch()
        {
            var look = Look(Counters.Epoch + 1);                                                 // before validation, so that it does not slow the rate
            validation = session.Validate();
            var monitored = validation?.GetValueOrDefault("loss") ?? session.Means.Means["loss"];
            if (!double.IsFinite(monitored))
                throw new TrainingDivergedException("validation loss", monitored, Counters.Step);
            var improved = validation is null || monitored < Counters.BestLoss;                  // without validation the last weights are kept
            Counters.Epoch++;
            Counters.Batch = 0;
            session.Means.State = (new Dictionary<string, double>(), 0);
            session.LearningRate.Observe(monitored < Counters.BestLoss);
            if (improved)
            {
                (Counters.BestLoss, Counters.BestEpoch, best) = (monitored, Counters.Epoch, validation);
                using var averaged = session.Average.InModel();
                Checkpoint.SaveWeights(session.Model, folder);
            }
            var ended = look with { Validation = validation, EpochEnded = true, IsBest = improved };
            log.Add(ended, session.LearningRate.Factor(new Progress(session.Noise) { Step = Counters.Step, TotalSteps = session.TotalSteps, Epochs = Counters.Epoch }), before + clock.Elapsed.TotalSeconds);
            Report(ended);
        }

        private TrainingReport Look(int epoch)
        {
            var spent = (clock.Elapsed - epochStart).TotalSeconds;
            var done = Counters.Step - stepsBefore;
            return new TrainingReport
            {
                Epoch = epoch,
                Epochs = experiment.Training.Epochs,
                Step = Counters.Step,
                TotalSteps = session.TotalSteps,
                Train = session.Means.Means,
                Validation = validation,
                SamplesPerSecond = spent > 0 ? epochSamples / spent : 0,
                Left = done > 0 ? clock.Elapsed / done * (session.TotalSteps - Counters.Step) : TimeSpan.Zero,
            };
        }

        private void Report(TrainingReport report)
        {
            reported = clock.Elapsed;
            progress?.Invoke(report);
        }

        private void Save()
        {
            Counters.Seconds = before + clock.Elapsed.TotalSeconds;
            Checkpoint.Save(session, folder, fingerprint);
            saved = clock.Elapsed;
        }
    }
}

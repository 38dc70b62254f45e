using System.Diagnostics;
using VaeSharp.Specs;

namespace VaeSharp.Training;

/// <summary>What looks at a training from outside, and how often.</summary>
internal sealed record TrainingWatch
{
    /// <summary>Told how far the training is.</summary>
    public Action<TrainingReport>? Progress { get; init; }

    /// <summary>Ends the training behind the current step.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Least time between two reports.</summary>
    public TimeSpan BetweenReports { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Least time between two checkpoints.</summary>
    public TimeSpan BetweenCheckpoints { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>What written files pass through; tests put a full disk here.</summary>
    public Func<Stream, Stream>? Through { get; init; }
}

/// <summary>Epoch after epoch: steps, validation, the best weights, checkpoints, reports.</summary>
internal sealed class TrainingLoop(Experiment experiment, TrainingSession session, RunFolder folder, MetricsLog log, string fingerprint,
    TrainingWatch watch)
{
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly double before = session.Counters.Seconds;
    private readonly long stepsBefore = session.Counters.Step;
    private readonly double moving = SpecProperties.Schedules(session.Learner.Spec(experiment))
        .Select(schedule => schedule.EpochsToStand(session.Batches)).DefaultIfEmpty().Max();
    private IReadOnlyDictionary<string, double>? validation =
        MetricsFile.Read(folder.Path) is [.., { Validation.Count: > 0 } last] ? last.Validation : null;
    private TimeSpan reported = -watch.BetweenReports;
    private TimeSpan? saved;
    private TimeSpan epochStart;
    private long epochSamples;

    private Counters Counters => session.Counters;

    private bool KeepsLast => validation is null || experiment.Training.Keep == KeptWeights.Last;

    public TrainingResult Run()
    {
        var end = Epochs();
        if (!File.Exists(folder.Weights))
            SaveWeights();
        Save();
        var result = new TrainingResult(folder.Path, end, Counters.Epoch, Counters.KeptEpoch, Counters.KeptLoss, Counters.Seconds);
        RunRecord.WriteSummary(folder, experiment, session.Model, result);
        return result;
    }

    private TrainingEnd Epochs()
    {
        using var pause = new CollectorPause();
        while (Counters.Epoch < experiment.Training.Epochs)
        {
            if (experiment.Training.Patience > 0 && Counters.Epoch - Math.Max(Counters.BestEpoch, moving) >= experiment.Training.Patience)
                return TrainingEnd.StoodStill;
            (epochStart, epochSamples) = (clock.Elapsed, 0);
            while (Counters.Batch < session.Batches)
            {
                CollectorPause.Renew();
                if (watch.Cancellation.IsCancellationRequested)
                    return TrainingEnd.Cancelled;
                epochSamples += session.Step();
                if (clock.Elapsed - reported >= watch.BetweenReports)
                    Report(Look(Counters.Epoch + 1));
                if (clock.Elapsed - (saved ?? TimeSpan.Zero) >= watch.BetweenCheckpoints)
                    Save();
            }
            EndEpoch();
        }
        return TrainingEnd.Completed;
    }

    private void EndEpoch()
    {
        var look = Look(Counters.Epoch + 1);                                         // before validation, so that it does not slow the rate
        validation = session.Validate();
        var monitored = validation?.GetValueOrDefault("loss") ?? session.Means.Means["loss"];
        if (!double.IsFinite(monitored))
            throw new TrainingDivergedException("validation loss", monitored, Counters.Step);
        var improved = monitored < Counters.BestLoss;
        Counters.Epoch++;
        Counters.Batch = 0;
        session.Means.State = (new Dictionary<string, double>(), new Dictionary<string, double>());
        session.LearningRate.Observe(improved);
        if (improved)
            (Counters.BestLoss, Counters.BestEpoch) = (monitored, Counters.Epoch);
        if (improved || KeepsLast)
        {
            (Counters.KeptLoss, Counters.KeptEpoch) = (monitored, Counters.Epoch);
            using var averaged = session.Average.InModel();
            SaveWeights();
        }
        var ended = look with { Validation = validation, EpochEnded = true, IsBest = improved || validation is null };
        var progress = new Progress(session.Noise) { Step = Counters.Step, TotalSteps = session.TotalSteps, Epochs = Counters.Epoch };
        log.Add(ended, session.LearningRate.Factor(progress), before + clock.Elapsed.TotalSeconds);
        Report(ended);
        if (saved is null)
            Save();                                                                         // from here on there is something to go on from
    }

    private TrainingReport Look(int epoch)
    {
        var spent = (clock.Elapsed - epochStart).TotalSeconds;
        var done = Counters.Step - stepsBefore;
        return new TrainingReport
        {
            What = session.Learner.Name,
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
        watch.Progress?.Invoke(report);
    }

    private void SaveWeights() =>
        Checkpoint.SaveWeights(session.Learner.Learned, session.Model.Data, folder, origin: session.Learner.Origin);

    private void Save()
    {
        Counters.Seconds = before + clock.Elapsed.TotalSeconds;
        Checkpoint.Save(session, folder, fingerprint, experiment);
        saved = clock.Elapsed;
    }
}

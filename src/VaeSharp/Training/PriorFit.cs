using VaeSharp.Data;
using VaeSharp.Models;
using VaeSharp.Native;
using VaeSharp.Objectives;
using VaeSharp.Priors;
using VaeSharp.Specs;
using VaeSharp.Zoo;

namespace VaeSharp.Training;

/// <summary>
/// Fits a prior to the codes of a trained model, which stays as it is: the prior under which draws of q(z|x) over the training data are
/// most likely.
/// </summary>
public static class PriorFit
{
    private const int FirstCodes = 10_000;                                                       // that a start is made from
    private const int BatchSize = 500;

    /// <summary>How a prior is fitted if nothing else is said: with the training of the run itself, in single precision.</summary>
    /// <param name="run">The run's experiment.</param>
    /// <param name="prior">The prior.</param>
    public static Experiment Plan(Experiment run, PriorSpec prior) => run with
    {
        Model = run.Model with { Prior = prior },
        Training = run.Training with { Precision = Precision.Fp32 },
    };

    /// <summary>Fits a prior and keeps it with the run, in the place of one that was fitted before.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="fit">The prior, as that of the model, and how it is trained: see <see cref="Plan"/>.</param>
    /// <param name="data">The run's data, where a program has them already.</param>
    /// <param name="context">Where data are looked for, and whom to tell how far that is.</param>
    /// <param name="progress">Told how far the fit is, on the calling thread.</param>
    /// <param name="cancellation">Ends the fit behind the current step; it is saved and can be resumed.</param>
    /// <exception cref="SpecException">The prior cannot be fitted to codes of the model; all reasons are given.</exception>
    /// <exception cref="IOException">There is no run in the folder, it has no weights or is in use, or data cannot be read.</exception>
    /// <exception cref="TrainingDivergedException">A loss or a gradient is not finite.</exception>
    public static TrainingResult Run(string run, Experiment fit, DataSplits? data = null, DataContext? context = null,
        Action<TrainingReport>? progress = null, CancellationToken cancellation = default) =>
        Run(run, fit, data, context, new TrainingWatch { Progress = progress, Cancellation = cancellation });

    /// <summary>Goes on with a fit that was ended before its time, exactly as if it had not been.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="data">The run's data, where a program has them already.</param>
    /// <param name="context">Where data are looked for, and whom to tell how far that is.</param>
    /// <param name="progress">Told how far the fit is.</param>
    /// <param name="cancellation">Ends the fit behind the current step.</param>
    /// <exception cref="IOException">There is no unfinished fit, or the run is in use.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or data or weights are others than they were.</exception>
    public static TrainingResult Resume(string run, DataSplits? data = null, DataContext? context = null,
        Action<TrainingReport>? progress = null, CancellationToken cancellation = default) =>
        Run(run, fit: null, data, context, new TrainingWatch { Progress = progress, Cancellation = cancellation });

    /// <summary>The unfinished fit of a run.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public static Experiment Unfinished(string run)
    {
        RunFolder.Expect(run);
        var path = Path.Combine(run, FittedPrior.Unfinished, "experiment.json");
        return File.Exists(path)
            ? Experiment.Load(path)
            : throw new FileNotFoundException(
                $"Run '{run}' has no unfinished fit to go on with. Begin one with 'vae fit {run} --prior …'.");
    }

    /// <summary>Number of epochs that the unfinished fit of a run has done.</summary>
    public static int EpochsOfUnfinished(string run) => MetricsFile.Read(Path.Combine(run, FittedPrior.Unfinished)).Count;

    /// <summary>Fits a prior; null for what the unfinished fit says, to go on with that.</summary>
    internal static TrainingResult Run(string run, Experiment? fit, DataSplits? data, DataContext? context, TrainingWatch watch)
    {
        Libtorch.Load();
        using var home = RunFolder.Open(run, watch.Through);
        var plan = fit ?? Unfinished(run);
        var experiment = Experiment.Load(home.Experiment);
        if (!File.Exists(home.Weights))
            throw new FileNotFoundException($"Run '{run}' has no weights yet. Train it with 'vae train --resume {run}'.");
        Compatibility.Refuse(SpecValidator.Violations(plan).Concat(Compatibility.FitViolations(experiment.Model, plan.Model.Prior)));
        var device = ComputeResources.DeviceOf(plan.Training.Device);
        var splits = data ?? experiment.LoadData((context ?? new DataContext()) with { Cancellation = watch.Cancellation });
        if (fit is not null)
            Discard(home);
        return Fit(home, experiment, plan, splits, device, watch);
    }

    /// <summary>Fits the prior that a model has for the time behind its training; goes on with that if it was begun.</summary>
    internal static TrainingResult Afterwards(RunFolder home, Experiment experiment, DataSplits splits, Device device, TrainingWatch watch,
        TrainingResult trained)
    {
        var origin = FittedPrior.Checksum(home.Weights);
        if (IsOf(origin, Path.Combine(FittedPrior.Name, "weights.safetensors")))
            return trained;
        if (!IsOf(origin, Path.Combine(FittedPrior.Unfinished, "checkpoint.safetensors")))
            Discard(home);
        var fitted = Fit(home, experiment, Plan(experiment, experiment.Model.Prior), splits, device, watch);
        return trained with
        {
            End = fitted.End == TrainingEnd.Cancelled ? TrainingEnd.Cancelled : trained.End,
            Seconds = trained.Seconds + fitted.Seconds,
        };

        bool IsOf(string weights, string file) => File.Exists(home.File(file)) && Checkpoint.OriginOf(home.File(file)) == weights;
    }

    private static void Discard(RunFolder home)
    {
        if (Directory.Exists(home.File(FittedPrior.Unfinished)))
            Directory.Delete(home.File(FittedPrior.Unfinished), recursive: true);
    }

    private static TrainingResult Fit(RunFolder home, Experiment experiment, Experiment fit, DataSplits splits, Device device,
        TrainingWatch watch)
    {
        var place = home.File(FittedPrior.Unfinished);
        var result = FitThere();
        if (result.End != TrainingEnd.Cancelled)
            FittedPrior.Install(home);
        return result with { Folder = home.Path };

        TrainingResult FitThere()
        {
            using var folder = File.Exists(Path.Combine(place, "experiment.json"))
                ? RunFolder.Open(place, watch.Through)
                : RunFolder.Create(place, watch.Through);
            ComputeResources.UseThreads(fit.Training.Threads);
            var (train, validation) = Trainer.Divide(experiment, splits);
            var checksum = Task.Run(() => RunRecord.Fingerprint(train));                         // while the model is built
            var isFresh = !File.Exists(folder.Checkpoint);
            using var session = new TrainingSession(fit, train, validation, device,
                start => Load(home.Weights, experiment, fit, isFresh ? start : null));
            if (!train.Spec.Shape.SequenceEqual(session.Model.Data.Shape))
                throw new InvalidDataException($"Examples must be {session.Model.Data.ShapeText}, got {train.Spec.ShapeText}.");
            var fingerprint = checksum.GetAwaiter().GetResult();
            if (isFresh)
                Start(session, fit, train);
            else
                Checkpoint.Restore(session, folder, fingerprint, fit);
            return Trainer.Go(fit, session, train, folder, fingerprint, watch);
        }
    }

    private static Learner Load(string weights, Experiment experiment, Experiment fit, Noise? start)
    {
        var model = FittedPrior.Build(experiment, weights, fit);
        model.eval();
        var prior = model.FindPrior();
        if (start is not null)
            prior.Initialise(start);
        return new Learner(new FrozenModel(model), new CodeLikelihood())
        {
            Learned = prior,
            Name = "prior",
            Origin = FittedPrior.Checksum(weights),
        };
    }

    private static void Start(TrainingSession session, Experiment fit, Dataset train)
    {
        using var pause = new CollectorPause();
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var loader = new Loader(train, fit.Seed, session.Device);
        var pieces = new List<Tensor>();
        foreach (var indices in Shuffle.Order(fit.Seed, epoch: 0, train.Count).Take(FirstCodes).Chunk(BatchSize))
        {
            CollectorPause.Renew();
            using var step = NewDisposeScope();
            var trace = session.Model.Infer(loader.Load(indices, epoch: 0), samples: 1, new Progress(session.Noise));
            pieces.Add(trace.Latents[^1].Draw.Z.squeeze(0).clone().MoveToOuterDisposeScope());
        }
        session.Model.FindPrior().StartAt(cat(pieces, dim: 0), session.Noise);
    }
}

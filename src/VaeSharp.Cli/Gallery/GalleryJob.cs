using Spectre.Console;
using VaeSharp.Cli.Training;
using VaeSharp.Data;
using VaeSharp.Evaluation;
using VaeSharp.Imaging;
using VaeSharp.Priors;
using VaeSharp.Specs;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Cli.Gallery;

/// <summary>Trains rows of the zoo, one behind the other, and writes down what each came to.</summary>
internal sealed class GalleryJob(GalleryBudget budget, DatasetSpec data, GalleryFolder folder, Terminal terminal)
{
    /// <summary>How data are read.</summary>
    public required DataContext Context { get; init; }

    /// <summary>Number of processor threads; 0 for one on each core.</summary>
    public int Threads { get; init; }

    /// <summary>Trains those rows that are not done, or all of them.</summary>
    public int Run(IReadOnlyList<Row> rows, bool force)
    {
        var done = folder.Entries.Where(entry => entry.Budget == budget).ToDictionary(entry => entry.Name, entry => entry.Model);
        List<Row> left = [.. rows.Where(row => force || done.GetValueOrDefault(row.Name) != ModelOf(row))];
        var failures = left.Count == 0 ? [] : Train(left, rows.Count - left.Count);
        var count = folder.WritePages(rows, budget);
        terminal.Line($"{count} models: {folder.Index}");
        foreach (var failure in failures)
            terminal.Error.WriteLine(failure);
        return failures.Count > 0 ? ExitCode.Failure : ExitCode.Success;
    }

    private List<string> Train(List<Row> left, int before)
    {
        var (failures, finished) = (new List<string>(), 0);
        try
        {
            var splits = Watched("reading the data", status => data.Load(Context with
            {
                Seed = budget.Seed,
                Progress = progress => status($"{progress.What}: {progress.Done:N0} of {progress.Total:N0}"),
            }));
            foreach (var row in left)
            {
                var place = $"{row.Name} ({before + finished + 1} of {before + left.Count})";
                try
                {
                    var entry = Watched(place, status => Train(row, splits, text => status($"{place}  {text}")));
                    folder.Add(row, entry);
                    terminal.Line($"{place}  {Summary(entry)}");
                    terminal.Out.Flush();
                }
                catch (Exception failure) when (failure is SpecException or TrainingDivergedException)
                {
                    failures.Add($"{row.Name}: {failure.Message}");
                    terminal.Line($"{place}  left out");
                }
                finished++;
            }
            return failures;
        }
        catch (OperationCanceledException)
        {
            throw new CancelledException($"{before + finished - failures.Count} of {before + left.Count} models are done; "
                + "the same command goes on with the others.");
        }
    }

    private GalleryEntry Train(Row row, DataSplits splits, Action<string> status)
    {
        var home = Directory.CreateTempSubdirectory("vae-gallery-");
        try
        {
            var experiment = new Experiment
            {
                Name = row.Name,
                Model = row.Spec,
                Seed = budget.Seed,
                Training = new TrainingSpec { Epochs = budget.Epochs, Validation = "0.1", Threads = Threads },
            };
            var speed = 0.0;
            var place = Path.Combine(home.FullName, row.Name);
            var result = Trainer.Run(experiment, place, splits, cancellation: terminal.Cancellation, progress: report =>
            {
                speed = report.EpochEnded ? report.SamplesPerSecond : speed;
                status($"epoch {report.Epoch} of {report.Epochs}, {report.SamplesPerSecond:N0} samples/s, "
                    + $"{TextLayout.Clock(report.Left)} left");
            });
            if (result.End == TrainingEnd.Cancelled)
                throw new OperationCanceledException();
            var prior = Fit(place, experiment, splits, status);
            status("measuring");
            return Measure(row, result, speed, RunData.Validation(experiment, splits)!) with { Fitted = prior };
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    // A density of the codes of a model that has none of its own: else nothing could be drawn. The name of the prior.
    private string Fit(string place, Experiment experiment, DataSplits splits, Action<string> status)
    {
        using (var run = VaeSharp.Training.Run.Open(place))
        {
            if (run.CanGenerate)
                return "";
        }
        var prior = new MixturePriorSpec();
        if (Compatibility.FitViolations(experiment.Model, prior).Any())
            return "";
        var result = PriorFit.Run(place, PriorFit.Plan(experiment, prior), splits, cancellation: terminal.Cancellation,
            progress: report => status($"prior: epoch {report.Epoch} of {report.Epochs}, {TextLayout.Clock(report.Left)} left"));
        return result.End == TrainingEnd.Cancelled ? throw new OperationCanceledException() : Catalogue.Of(prior).Name;
    }

    private GalleryEntry Measure(Row row, TrainingResult result, double speed, Dataset unseen)
    {
        using var run = VaeSharp.Training.Run.Open(result.Folder);
        var kept = MetricsFile.Read(result.Folder).First(epoch => epoch.Epoch == result.KeptEpoch).Validation;
        var units = checked((int)run.Latent.Size);
        var entry = new GalleryEntry
        {
            Name = row.Name,
            Budget = budget,
            Model = ModelOf(row),
            Reconstruction = kept.TryGetValue("reconstruction", out var reconstruction) ? reconstruction : null,
            Kl = kept.TryGetValue("kl", out var kl) ? kl : null,
            OfCodes = kept.Where(one => one.Key != "kl" && one.Key.Split('-')[0] is "kl" or "usage" or "perplexity").ToDictionary(),
            SquaredError = ReconstructionError.MeanSquared(run, unseen, terminal.Cancellation),
            ActiveUnits = ActiveUnits.Count(run.Encode(unseen), units),
            Latent = units,
            SamplesPerSecond = speed,
            Seconds = result.Seconds,
            IsDrawn = run.Data.IsDrawable,
        };
        if (entry.IsDrawn)
            ModelPanels.Of(run, unseen, budget.Seed).Save(folder.PictureOf(row.Name));
        return entry;
    }

    /// <summary>Does something while a live terminal shows how far it is.</summary>
    private T Watched<T>(string what, Func<Action<string>, T> work) => terminal.IsLive
        ? terminal.Console.Status().Start(Markup.Escape(what), context => work(text => context.Status = Markup.Escape(text)))
        : work(_ => { });

    /// <summary>The choices of a row, as an entry has them.</summary>
    internal static string ModelOf(Row row) => Drafts.Json.Compact(SpecWriter.ToJson(row.Spec));

    private static string Summary(GalleryEntry entry)
    {
        (string Name, double? Nats)[] terms = [("reconstruction", entry.Reconstruction), ("kl", entry.Kl)];
        var nats = terms.Where(term => term.Nats is not null).Select(term => $"{term.Name} {TrainingText.Number(term.Nats!.Value)}, ");
        return string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{string.Concat(nats)}squared error {entry.SquaredError:F4}, "
                + $"{entry.ActiveUnits} of {entry.Latent} units active, {TextLayout.Spent(entry.Seconds)}");
    }
}

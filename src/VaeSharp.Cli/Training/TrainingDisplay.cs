using VaeSharp.Data;
using VaeSharp.Training;

namespace VaeSharp.Cli.Training;

/// <summary>Tells how a training goes. By default it is silent.</summary>
internal abstract class TrainingDisplay
{
    /// <summary>The display that fits: one that moves where somebody watches, lines elsewhere, JSON for programs.</summary>
    public static TrainingDisplay For(Terminal terminal, bool quiet, bool json) => (quiet, json) switch
    {
        (_, true) => new JsonDisplay(terminal),
        (true, _) => new QuietDisplay(terminal),
        _ => terminal.IsLive ? new LiveDisplay(terminal) : new LineDisplay(terminal),
    };

    /// <summary>Shows the display while something is done.</summary>
    public virtual int During(Func<int> job) => job();

    /// <summary>Data are being read.</summary>
    public virtual void Reading(DataProgress progress)
    {
    }

    /// <summary>Training begins, or goes on.</summary>
    public virtual void Begin(Experiment experiment, DataSplits data, string folder, int doneEpochs)
    {
    }

    /// <summary>Training is under way.</summary>
    public virtual void Training(TrainingReport report)
    {
    }

    /// <summary>A picture is being drawn.</summary>
    public virtual void Drawing(string picture)
    {
    }

    /// <summary>The user ended the training.</summary>
    public abstract void Cancelled(TrainingResult result, Experiment experiment, string resume);

    /// <summary>Weights were taken from a file.</summary>
    public abstract void Imported(ImportResult result, IReadOnlyList<string> files, IEnumerable<string> next);

    /// <summary>All is done.</summary>
    public abstract void End(TrainingResult result, EpochMetrics? kept, IReadOnlyList<string> files, IEnumerable<string> next);
}

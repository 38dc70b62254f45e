using System.Diagnostics;
using VaeSharp.Data;
using VaeSharp.Training;
using static VaeSharp.Cli.TextLayout;

namespace VaeSharp.Cli.Training;

/// <summary>A line for each epoch; in long epochs and downloads, one now and then.</summary>
internal class LineDisplay(Terminal terminal) : TrainingDisplay
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(2);
    private readonly Stopwatch sinceLine = Stopwatch.StartNew();
    private readonly Stopwatch sinceStart = Stopwatch.StartNew();

    /// <summary>Where to write.</summary>
    protected Terminal Terminal => terminal;

    public override void Reading(DataProgress progress)
    {
        if (sinceStart.Elapsed > FirstPatience && sinceLine.Elapsed > FirstPatience)
            Write($"{Sentence(progress.What)}: {Amounts(progress)}");
    }

    public override void Begin(Experiment experiment, DataSplits data, string folder, int doneEpochs)
    {
        terminal.Rows(TrainingText.Begin(experiment, data, folder, doneEpochs), indent: 0);
        Write("");
    }

    public override void Training(TrainingReport report)
    {
        if (report.EpochEnded)
        {
            Write($"{TrainingText.Of(report)}epoch {Padded(report)}  train {TrainingText.Terms(report.Train)}"
                + (report.Validation is { } validation ? $"; validation {TrainingText.Terms(validation)}" : "")
                + $"; {report.SamplesPerSecond:N0} samples/s"
                + (report.Epoch < report.Epochs ? $", {Clock(report.Left)} left" : ""));
        }
        else if (sinceLine.Elapsed > Patience)
        {
            Write($"{TrainingText.Of(report)}epoch {Padded(report)}  {Share(report):P0}  train {TrainingText.Terms(report.Train)}; "
                + $"{report.SamplesPerSecond:N0} samples/s, {Clock(report.Left)} left");
        }
    }

    public override void Cancelled(TrainingResult result, Experiment experiment, string resume)
    {
        terminal.Line();
        terminal.Paragraph(TrainingText.Stopped(result, experiment));
        terminal.Line($"Go on with: {resume}");
    }

    public override void Imported(ImportResult result, IReadOnlyList<string> files, IEnumerable<string> next)
    {
        var without = TrainingText.Number(result.Loss - result.Constant);
        var constant = result.Constant == 0 ? "" : $", and {without} without the likelihood's constant";
        terminal.Paragraph($"The weights of {result.Weights} are in {result.Folder}. The negative evidence lower bound on "
            + $"{(result.IsTest ? "the test set" : "the data")} is {TrainingText.Number(result.Loss)} nats{constant}.");
        WriteFiles(files, next);
    }

    public override void End(TrainingResult result, EpochMetrics? kept, IReadOnlyList<string> files, IEnumerable<string> next)
    {
        terminal.Line();
        terminal.Paragraph(TrainingText.Ended(result, kept));
        WriteFiles(files, next);
    }

    private void WriteFiles(IReadOnlyList<string> files, IEnumerable<string> next)
    {
        terminal.Line();
        terminal.Heading("Files");
        terminal.Rows(files.Select(file => (file, TrainingText.Caption(file))));
        terminal.Line();
        terminal.Heading("Next");
        foreach (var command in next)
            terminal.Line($"  {command}");
    }

    /// <summary>The share of the epoch that is done.</summary>
    protected static double Share(TrainingReport report)
    {
        var steps = (double)report.TotalSteps / report.Epochs;
        return Math.Clamp(report.EpochEnded ? 1 : report.Step / steps - (report.Epoch - 1), 0, 1);
    }

    /// <summary>How much of the data is there.</summary>
    protected static string Amounts(DataProgress progress) => progress.Total > 0
        ? $"{Amount(progress.Done, progress.Unit).Replace($" {progress.Unit}", "")} of {Amount(progress.Total, progress.Unit)}"
        : progress.Done > 0 ? Amount(progress.Done, progress.Unit) : "…";

    private static string Sentence(string what) => char.ToUpperInvariant(what[0]) + what[1..];

    private static string Padded(TrainingReport report) => $"{TrainingText.Epoch(report)}/{report.Epochs}";

    private void Write(string line)
    {
        terminal.Line(line);
        terminal.Out.Flush();
        sinceLine.Restart();
    }
}

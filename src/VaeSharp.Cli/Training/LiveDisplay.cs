using System.Diagnostics;
using Spectre.Console;
using Spectre.Console.Rendering;
using VaeSharp.Data;
using VaeSharp.Training;

namespace VaeSharp.Cli.Training;

/// <summary>A bar that moves and the terms of the loss beneath it, with a line above them for each epoch that has ended.</summary>
internal sealed class LiveDisplay(Terminal terminal) : LineDisplay(terminal)
{
    private const int BarWidth = 28;
    private const int NameWidth = 10;
    private const int NumberWidth = 11;
    private static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(80);
    private readonly Lock gate = new();
    private readonly Stopwatch sinceFrame = Stopwatch.StartNew();
    private LiveDisplayContext? live;
    private Action? last;
    private IReadOnlyDictionary<string, double>? best;

    public override int During(Func<int> job)
    {
        var code = Terminal.Console.Live(Text.Empty).AutoClear(true).Overflow(VerticalOverflow.Crop).Start(context =>
        {
            live = context;
            return job();
        });
        last?.Invoke();
        return code;
    }

    public override void Reading(DataProgress progress) => Show(() =>
    {
        var bar = progress.Total > 0 ? $"{Bar((double)progress.Done / progress.Total)}  " : "";
        return new Markup($"{Markup.Escape(progress.What)}  {bar}{Amounts(progress)}");
    });

    public override void Begin(Experiment experiment, DataSplits data, string folder, int doneEpochs)
    {
        foreach (var (name, text) in TrainingText.Begin(experiment, data, folder, doneEpochs))
        {
            var lines = TextLayout.Wrap(text, Terminal.Width - NameWidth).ToList();
            Above($"{name,-NameWidth}{lines[0]}", $"[teal]{name,-NameWidth}[/]{Markup.Escape(lines[0])}");
            foreach (var line in lines.Skip(1))
                Above(new string(' ', NameWidth) + line);
        }
        Above("");
        Show(() => new Text("starting …"), now: true);
    }

    public override void Training(TrainingReport report)
    {
        if (report.EpochEnded)
        {
            if (report.IsBest)
                best = report.Validation;
            var line = $"{TrainingText.Of(report)}epoch {TrainingText.Epoch(report)}  train {TrainingText.Number(report.Train["loss"])}"
                + (report.Validation is { } validation ? $"  validation {TrainingText.Number(validation["loss"])}" : "");
            var isBest = report is { IsBest: true, Validation: not null };
            Above(isBest ? $"{line}  best" : line, isBest ? $"{line}  [green]best[/]" : line);
        }
        Show(() => Frame(report), now: report.EpochEnded);
    }

    public override void Drawing(string picture) => Show(() => new Markup($"drawing [teal]{picture}[/] …"), now: true);

    public override void Cancelled(TrainingResult result, Experiment experiment, string resume) =>
        last = () => base.Cancelled(result, experiment, resume);

    public override void Imported(ImportResult result, IReadOnlyList<string> files, IEnumerable<string> next)
    {
        string[] commands = [.. next];
        last = () => base.Imported(result, files, commands);
    }

    public override void End(TrainingResult result, EpochMetrics? kept, IReadOnlyList<string> files, IEnumerable<string> next)
    {
        string[] commands = [.. next];
        last = () => base.End(result, kept, files, commands);
    }

    private Rows Frame(TrainingReport report)
    {
        var head = new Markup($"{TrainingText.Of(report)}epoch {report.Epoch} of {report.Epochs}  {Bar(Share(report))}  "
            + $"{report.SamplesPerSecond:N0} samples/s  [bold]{TextLayout.Clock(report.Left)}[/] left");
        var table = new Table().NoBorder().AddColumn("[dim]nats[/]").AddColumn(Numbers("train"));
        if (report.Validation is not null)
            table.AddColumn(Numbers("validation")).AddColumn(Numbers("best"));
        foreach (var (name, value) in report.Train)
        {
            string[] cells = [Markup.Escape(name), $"{TrainingText.Number(value),NumberWidth}"];
            if (report.Validation is { } validation)
                cells = [.. cells, Cell(validation, name), best is null ? "" : Cell(best, name)];
            table.AddRow(cells);
        }
        return new Rows(head, table);
    }

    private static TableColumn Numbers(string title) => new TableColumn($"[dim]{title,NumberWidth}[/]").RightAligned();

    /// <summary>Writes a line above the part that moves, over all that stood there.</summary>
    private void Above(string text, string? markup = null)
    {
        var rest = Math.Max(0, Terminal.Console.Profile.Width - 1 - text.Length);
        Terminal.Console.MarkupLine((markup ?? Markup.Escape(text)) + new string(' ', rest));
    }

    private static string Cell(IReadOnlyDictionary<string, double> terms, string name) =>
        terms.TryGetValue(name, out var value) ? TrainingText.Number(value) : "";

    private static string Bar(double share)
    {
        var full = (int)Math.Round(Math.Clamp(share, 0, 1) * BarWidth);
        return $"[green]{new string('━', full)}[/][grey]{new string('━', BarWidth - full)}[/] {share,5:P0}";
    }

    private void Show(Func<IRenderable> frame, bool now = false)
    {
        lock (gate)
        {
            if (live is null || (!now && sinceFrame.Elapsed < BetweenFrames))
                return;
            sinceFrame.Restart();
            live.UpdateTarget(frame());
        }
    }
}

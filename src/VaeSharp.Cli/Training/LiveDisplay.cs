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
        new Markup($"{Markup.Escape(progress.What)}  {(progress.Total > 0 ? Bar((double)progress.Done / progress.Total) + "  " : "")}{Amounts(progress)}"));

    public override void Begin(Experiment experiment, DataSplits data, string folder, int doneEpochs)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        foreach (var (name, text) in TrainingText.Begin(experiment, data, folder, doneEpochs))
            grid.AddRow(new Markup($"[teal]{name}[/]"), new Text(text));
        Terminal.Console.Write(grid);
        Terminal.Console.WriteLine();
        Show(() => new Text("starting …"), now: true);
    }

    public override void Training(TrainingReport report)
    {
        if (report.EpochEnded)
        {
            if (report.IsBest)
                best = report.Validation;
            Terminal.Console.MarkupLine($"epoch {report.Epoch.ToString().PadLeft(report.Epochs.ToString().Length)}  "
                + $"train {TrainingText.Number(report.Train["loss"])}"
                + (report.Validation is { } validation ? $"  validation {TrainingText.Number(validation["loss"])}{(report.IsBest ? "  [green]best[/]" : "")}" : ""));
        }
        Show(() => Frame(report), now: report.EpochEnded);
    }

    public override void Drawing(string picture) => Show(() => new Markup($"drawing [teal]{picture}[/] …"), now: true);

    public override void Cancelled(TrainingResult result, Experiment experiment, string resume) => last = () => base.Cancelled(result, experiment, resume);

    public override void End(TrainingResult result, EpochMetrics? best, IReadOnlyList<string> pictures, IEnumerable<string> next)
    {
        string[] commands = [.. next];
        last = () => base.End(result, best, pictures, commands);
    }

    private Rows Frame(TrainingReport report)
    {
        var head = new Markup($"epoch {report.Epoch} of {report.Epochs}  {Bar(Share(report))}  {report.SamplesPerSecond:N0} samples/s  "
            + $"[bold]{TextLayout.Clock(report.Left)}[/] left");
        var table = new Table().NoBorder().AddColumn("[dim]nats[/]").AddColumn(new TableColumn("[dim]train[/]").RightAligned());
        table.Columns[0].PadLeft(2);
        if (report.Validation is not null)
            table.AddColumn(new TableColumn("[dim]validation[/]").RightAligned()).AddColumn(new TableColumn("[dim]best[/]").RightAligned());
        foreach (var (name, value) in report.Train)
        {
            string[] cells = [Markup.Escape(name), TrainingText.Number(value)];
            if (report.Validation is { } validation)
                cells = [.. cells, Cell(validation, name), best is null ? "" : Cell(best, name)];
            table.AddRow(cells);
        }
        return new Rows(head, table);
    }

    private static string Cell(IReadOnlyDictionary<string, double> terms, string name) =>
        terms.TryGetValue(name, out var value) ? TrainingText.Number(value) : "";

    private static string Bar(double share)
    {
        var full = (int)Math.Round(Math.Clamp(share, 0, 1) * BarWidth);
        return $"[green]{new string('━', full)}[/][grey]{new string('━', BarWidth - full)}[/] {share,4:P0}";
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

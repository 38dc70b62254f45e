using ScottPlot;
using SkiaSharp;
using VaeSharp.Imaging.Drawing;

namespace VaeSharp.Imaging;

/// <summary>Draws how the terms of a loss went in training, a panel for each.</summary>
public static class LossCurves
{
    private const int Width = 1_640, TickRoom = 40, LabelRoom = 50, HeadingRoom = 62, RowGap = 24;
    private const int FewPoints = 12, ManyPoints = 250;

    /// <summary>Draws a panel for each term: training and validation over the epochs that all panels share.</summary>
    /// <param name="curves">The terms, at least one.</param>
    /// <param name="title">A short title.</param>
    /// <exception cref="ArgumentException">There is no term, or a term's arrays differ in length.</exception>
    public static Picture Draw(IReadOnlyList<Curve> curves, string title = "Training")
    {
        Check(curves);
        var columns = curves.Count switch { 1 => 1, 2 or 4 => 2, _ => 3 };
        var rows = (curves.Count + columns - 1) / columns;
        var panelWidth = (Width - 2 * Theme.Margin + Panel.PaddingRight) / columns;
        var panelHeight = columns == 1 ? 640 : columns == 2 ? 460 : 380;
        var rowHeight = HeadingRoom + panelHeight + TickRoom + RowGap;
        var top = Theme.Margin + Sheet.TitleHeight(title);
        using var sheet = new Sheet(Width, top + rows * rowHeight - RowGap + LabelRoom + Theme.Margin / 2);

        sheet.Title(title, Theme.Margin);
        DrawLegend(sheet, curves.Any(curve => curve.Validation is not null));
        var epochs = EpochRange(curves);
        for (var i = 0; i < curves.Count; i++)
        {
            var (left, panelTop) = (Theme.Margin + i % columns * panelWidth, top + i / columns * rowHeight);
            sheet.Text(curves[i].Name, left, panelTop + HeadingRoom / 2 - 2, Theme.HeadingSize, Theme.Ink, bold: true);
            var data = SKRect.Create(left + Panel.PaddingLeft, panelTop + HeadingRoom,
                panelWidth - Panel.PaddingLeft - Panel.PaddingRight, panelHeight);
            DrawPanel(sheet, data, curves[i], epochs, isLowest: i + columns >= curves.Count);
        }
        return sheet.ToPicture();
    }

    private static void DrawPanel(Sheet sheet, SKRect data, Curve curve, (double From, double To) epochs, bool isLowest)
    {
        var range = ValueRange.Of(curve);
        using var axes = new Panel(epochs.From, epochs.To, range.Min, range.Max);
        axes.SetTicks(
            Ticks.Linear(epochs.From, epochs.To, target: (int)(data.Width / 85), integers: true),
            range.IsLog ? Ticks.Log(range.Min, range.Max) : Ticks.Linear(range.Min, range.Max, target: (int)(data.Height / 60)));
        Add(axes.Plot, curve.Epochs, curve.Train, Theme.Train, range);
        if (curve.Validation is not null)
            Add(axes.Plot, curve.Epochs, curve.Validation, Theme.Validation, range);
        axes.Draw(sheet, data, isLowest ? "epoch" : null, curve.Unit);
        NoteHidden(sheet, data, curve, range);
    }

    /// <summary>Adds a line for each run of finite values; a lone value, and each of few, gets a marker.</summary>
    private static void Add(Plot plot, double[] epochs, double[] values, SKColor color, ValueRange range)
    {
        var few = values.Count(ValueRange.IsDrawn) <= FewPoints;
        for (var start = 0; start < values.Length; start++)
        {
            var end = start;
            while (end < values.Length && IsDrawn(values[end], range))
                end++;
            if (end == start)
                continue;
            var line = plot.Add.Scatter(epochs[start..end], Array.ConvertAll(values[start..end], range.Position), Panel.Color(color));
            line.LineWidth = values.Length > ManyPoints ? Theme.LineWidth * 0.6f : Theme.LineWidth;
            line.MarkerSize = few || end == start + 1 ? 12 : 0;
            start = end;
        }
    }

    private static bool IsDrawn(double value, ValueRange range) => ValueRange.IsDrawn(value) && (value > 0 || !range.IsLog);

    /// <summary>Says what the first epochs had where the axis leaves it out.</summary>
    private static void NoteHidden(Sheet sheet, SKRect data, Curve curve, ValueRange range)
    {
        for (var i = 0; i < curve.Epochs.Length; i++)
        {
            var value = curve.Train[i];
            if (!IsDrawn(value, range))
                continue;
            var position = range.Position(value);
            if (position > range.Max)
                sheet.Note($"↑ starts at {Ticks.Short(value)}", data.Right - 12, data.Top + 20);
            else if (position < range.Min)
                sheet.Note($"↓ starts at {Ticks.Short(value)}", data.Right - 12, data.Bottom - 22);
            return;
        }
    }

    private static void DrawLegend(Sheet sheet, bool hasValidation)
    {
        (string Label, SKColor Color)[] entries = hasValidation
            ? [("validation", Theme.Validation), ("training", Theme.Train)]
            : [("training", Theme.Train)];
        var (x, y) = ((float)Width - Theme.Margin, Theme.Margin + Theme.TitleSize * 0.6f);
        foreach (var (label, color) in entries)
        {
            sheet.Text(label, x, y, Theme.TextSize, Theme.Ink, SKTextAlign.Right);
            x -= Sheet.Measure(label, Theme.TextSize) + 14;
            sheet.Line(x - 44, y, x, y, color, 5);
            x -= 44 + 34;
        }
    }

    private static (double From, double To) EpochRange(IReadOnlyList<Curve> curves)
    {
        var epochs = curves.SelectMany(curve => curve.Epochs).Where(double.IsFinite).DefaultIfEmpty(1).ToArray();
        var (first, last) = (epochs.Min(), epochs.Max());
        var margin = last > first ? 0.02 * (last - first) : 0.5;
        return (first - margin, last + margin);
    }

    private static void Check(IReadOnlyList<Curve> curves)
    {
        if (curves.Count == 0)
            throw new ArgumentException("There must be at least 1 term to draw, got none.", nameof(curves));
        foreach (var curve in curves)
        {
            var count = curve.Epochs.Length;
            Guard.SameCount(count, curve.Train.Length, $"a training value of '{curve.Name}'", nameof(curves));
            Guard.SameCount(count, curve.Validation?.Length ?? count, $"a validation value of '{curve.Name}'", nameof(curves));
        }
    }
}

using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace VaeSharp.Imaging.Drawing;

/// <summary>A ScottPlot plot in the theme's clothes whose data area is placed exactly, so that neighbouring panels align.</summary>
internal sealed class Panel : IDisposable
{
    /// <summary>The room around the data area that ticks and labels take.</summary>
    public const int PaddingLeft = 132, PaddingRight = 30, PaddingBottom = 90, PaddingTop = 12;

    private static readonly Lock drawing = new();                     // ScottPlot's caches are not made for several threads
    private float tickWidth;

    public Panel(double left, double right, double bottom, double top)
    {
        Plot.Font.Set(Typefaces.ForPlots);
        Plot.Axes.SetLimits(left, right, bottom, top);
        Plot.FigureBackground.Color = Color(Theme.Background);
        Plot.Grid.MajorLineColor = Color(Theme.Grid);
        Plot.Grid.MajorLineWidth = Theme.GridWidth;
        Plot.Axes.Right.IsVisible = Plot.Axes.Top.IsVisible = false;
        Style(Plot.Axes.Bottom);
        Style(Plot.Axes.Left);
    }

    public Plot Plot { get; } = new();

    public static Color Color(SKColor color) => new(color.Red, color.Green, color.Blue, color.Alpha);

    public void SetTicks(IReadOnlyList<Tick> x, IReadOnlyList<Tick> y)
    {
        Plot.Axes.Bottom.TickGenerator = Generator(x);
        Plot.Axes.Left.TickGenerator = Generator(y);
        tickWidth = y.Select(tick => Sheet.Measure(tick.Label, Theme.SmallSize)).DefaultIfEmpty(0).Max();
    }

    /// <summary>Draws the plot so that its data area is the one given, with ticks and labels in the padding around it.</summary>
    public void Draw(Sheet sheet, SKRect data, string? labelX, string? labelY)
    {
        Plot.Layout.Fixed(new PixelPadding(PaddingLeft, PaddingRight, PaddingBottom, PaddingTop));
        var area = new PixelRect(data.Left - PaddingLeft, data.Right + PaddingRight, data.Bottom + PaddingBottom, data.Top - PaddingTop);
        lock (drawing)
        {
            sheet.Canvas.Save();
            sheet.Canvas.ClipRect(new SKRect(area.Left, area.Top, area.Right, area.Bottom));          // ScottPlot clears all it may
            Plot.Render(sheet.Canvas, area);
            sheet.Canvas.Restore();
        }
        if (labelX is not null)
            sheet.Text(labelX, data.MidX, data.Bottom + 66, Theme.TextSize, Theme.Ink, SKTextAlign.Center);
        if (labelY is not null)
            sheet.TextUpwards(labelY, data.Left - Math.Min(52 + tickWidth, PaddingLeft - 14), data.MidY, Theme.TextSize, Theme.Ink);
    }

    public void Dispose() => Plot.Dispose();

    private static NumericManual Generator(IReadOnlyList<Tick> ticks) =>
        new([.. ticks.Select(tick => tick.Position)], [.. ticks.Select(tick => tick.Label)]);

    private static void Style(IAxis axis)
    {
        axis.FrameLineStyle.Color = axis.MajorTickStyle.Color = Color(Theme.Frame);
        axis.FrameLineStyle.Width = 2;
        axis.MajorTickStyle.Width = 2;
        axis.MajorTickStyle.Length = 8;
        axis.MinorTickStyle.Length = 0;
        axis.TickLabelStyle.FontSize = Theme.SmallSize;
        axis.TickLabelStyle.ForeColor = Color(Theme.Ink);
    }
}

using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace VaeSharp.Imaging.Drawing;

/// <summary>A ScottPlot plot in the theme's clothes whose data area is placed exactly, so that neighbouring panels align.</summary>
internal sealed class Panel : IDisposable
{
    private static readonly Lock drawing = new();                     // ScottPlot's caches are not made for several threads

    public Panel(double left, double right, double bottom, double top)
    {
        Plot.Font.Set(Typefaces.ForPlots);
        Plot.Axes.SetLimits(left, right, bottom, top);
        Plot.FigureBackground.Color = Colors.Transparent;
        Plot.Grid.MajorLineColor = Color(Theme.Grid);
        Plot.Grid.MajorLineWidth = Theme.GridWidth;
        Plot.Axes.Right.IsVisible = Plot.Axes.Top.IsVisible = false;
        Style(Plot.Axes.Bottom);
        Style(Plot.Axes.Left);
    }

    public Plot Plot { get; } = new();

    public static Color Color(SKColor color) => new(color.Red, color.Green, color.Blue, color.Alpha);

    public void Label(string? x, string? y)
    {
        Plot.XLabel(x ?? "", Theme.TextSize);
        Plot.YLabel(y ?? "", Theme.TextSize);
        Plot.Axes.Bottom.Label.Bold = Plot.Axes.Left.Label.Bold = false;
    }

    public void SetTicks(IReadOnlyList<Tick> x, IReadOnlyList<Tick> y, bool labelX = true)
    {
        Plot.Axes.Bottom.TickGenerator = Generator(x, labelX);
        Plot.Axes.Left.TickGenerator = Generator(y, labels: true);
    }

    /// <summary>Draws the plot so that its data area is the one given, with the axes in the padding around it.</summary>
    public void Draw(Sheet sheet, SKRect data, float paddingLeft, float paddingBottom)
    {
        const float PaddingRight = 30, PaddingTop = 12;
        Plot.Layout.Fixed(new PixelPadding(paddingLeft, PaddingRight, paddingBottom, PaddingTop));
        lock (drawing)
        {
            sheet.Canvas.Save();
            Plot.Render(sheet.Canvas, new PixelRect(data.Left - paddingLeft, data.Right + PaddingRight, data.Bottom + paddingBottom, data.Top - PaddingTop));
            sheet.Canvas.Restore();
        }
    }

    public void Dispose() => Plot.Dispose();

    private static NumericManual Generator(IReadOnlyList<Tick> ticks, bool labels) =>
        new([.. ticks.Select(tick => tick.Position)], [.. ticks.Select(tick => labels ? tick.Label : "")]);

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

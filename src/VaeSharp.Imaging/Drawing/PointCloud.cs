using ScottPlot;
using SkiaSharp;

namespace VaeSharp.Imaging.Drawing;

/// <summary>Many small dots. They are drawn in the order given, which mixes classes so that none covers the others.</summary>
internal sealed class PointCloud(IReadOnlyList<(double X, double Y, SKColor Color)> points, float radius, byte alpha) : IPlottable
{
    public bool IsVisible { get; set; } = true;

    public IAxes Axes { get; set; } = new ScottPlot.Axes();

    public IEnumerable<LegendItem> LegendItems => [];

    public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

    public void Render(RenderPack rp)
    {
        using var paint = new SKPaint { IsAntialias = true };
        foreach (var (x, y, color) in points)
        {
            var pixel = Axes.GetPixel(new Coordinates(x, y));
            paint.Color = color.WithAlpha(alpha);
            rp.Canvas.DrawCircle(pixel.X, pixel.Y, radius, paint);
        }
    }
}

using SkiaSharp;

namespace VaeSharp.Imaging.Drawing;

/// <summary>The classes' names beside their colours, to the right of a plot, and once more on their clusters.</summary>
internal sealed class ClassLegend(IReadOnlyList<string> names, SKColor[] colors)
{
    private const int LineHeight = 40, DotRoom = 34, MaxLines = 30, MaxShown = 60, MaxNameWidth = 260, ColumnGap = 30, MaxOnto = 26;

    private readonly string[] shown = [.. names.Take(MaxShown).Select(name => Sheet.Fit(name, Theme.TextSize, MaxNameWidth))];

    public SKColor[] Colors => colors;

    public int Width => shown.Length == 0 ? 0 : Columns * ColumnWidth;

    public int Height => Math.Min(shown.Length, MaxLines) * LineHeight + (names.Count > MaxShown ? LineHeight : 0);

    private int Columns => (shown.Length + MaxLines - 1) / MaxLines;

    private int ColumnWidth => ColumnGap + DotRoom + (int)shown.Max(name => Sheet.Measure(name, Theme.TextSize));

    public void Draw(Sheet sheet, float left, float top)
    {
        if (shown.Length == 0)
            return;
        for (var i = 0; i < shown.Length; i++)
        {
            var (x, y) = (left + i / MaxLines * ColumnWidth, top + 14 + i % MaxLines * LineHeight);
            sheet.Dot(x + 9, y, 10, colors[i]);
            sheet.Text(shown[i], x + DotRoom, y, Theme.TextSize, Theme.Ink);
        }
        if (names.Count > MaxShown)
            sheet.Text($"and {names.Count - MaxShown} more", left, top + Height - 26, Theme.SmallSize, Theme.Muted);
    }

    /// <summary>Writes each class's name at the median of its points, unless another one stands there: colours can be confused.</summary>
    public void DrawOnto(Sheet sheet, SKRect data, Window window, List<(double X, double Y)> points, List<int> classes)
    {
        if (names.Count > MaxOnto)
            return;
        var taken = new List<SKRect>();
        foreach (var group in Enumerable.Range(0, classes.Count).GroupBy(i => classes[i]).OrderByDescending(group => group.Count()))
        {
            var (x, y) = (Median(group.Select(i => points[i].X)), Median(group.Select(i => points[i].Y)));
            var left = data.Left + (float)((x - window.Left) / window.Width) * data.Width;
            var top = data.Bottom - (float)((y - window.Bottom) / window.Height) * data.Height;
            var half = Sheet.Measure(shown[group.Key], Theme.HeadingSize, bold: true) / 2 + 6;
            var area = new SKRect(left - half, top - 20, left + half, top + 20);
            if (!data.Contains(area) || taken.Any(area.IntersectsWith))
                continue;
            taken.Add(area);
            sheet.Text(shown[group.Key], left, top, Theme.HeadingSize, Dark(colors[group.Key]), SKTextAlign.Center, bold: true, halo: true);
        }
    }

    private static SKColor Dark(SKColor color) => new((byte)(color.Red * 0.55), (byte)(color.Green * 0.55), (byte)(color.Blue * 0.55));

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}

using SkiaSharp;

namespace VaeSharp.Imaging.Drawing;

/// <summary>Tells the classes' colours: to the right of a plot, and on demand by their names on their clusters.</summary>
internal abstract class ClassKey
{
    private const int MaxShown = 60, MaxNameWidth = 260, MaxOnto = 26;

    protected ClassKey(IReadOnlyList<string> names, SKColor[] colors)
    {
        (Count, Colors) = (names.Count, colors);
        Shown = [.. names.Take(MaxShown).Select(name => Sheet.Fit(name, Theme.TextSize, MaxNameWidth))];
    }

    /// <summary>Number of classes.</summary>
    public int Count { get; }

    /// <summary>A colour for each class.</summary>
    public SKColor[] Colors { get; }

    /// <summary>The width that it takes beside the plot.</summary>
    public abstract int Width { get; }

    /// <summary>The height that it takes at least.</summary>
    public abstract int Height { get; }

    /// <summary>The first classes' names, shortened where they are long.</summary>
    protected string[] Shown { get; }

    /// <summary>Draws the key to the right of a plot.</summary>
    public abstract void Draw(Sheet sheet, SKRect data);

    /// <summary>Writes each class's name at the median of its points, unless another one stands there: colours can be confused.</summary>
    public void DrawOnto(Sheet sheet, SKRect data, Window window, List<(double X, double Y)> points, List<int> classes)
    {
        if (Count > MaxOnto)
            return;
        var taken = new List<SKRect>();
        foreach (var group in Enumerable.Range(0, classes.Count).GroupBy(i => classes[i]).OrderByDescending(group => group.Count()))
        {
            var (x, y) = (Median(group.Select(i => points[i].X)), Median(group.Select(i => points[i].Y)));
            var left = data.Left + (float)((x - window.Left) / window.Width) * data.Width;
            var top = data.Bottom - (float)((y - window.Bottom) / window.Height) * data.Height;
            var half = Sheet.Measure(Shown[group.Key], Theme.HeadingSize, bold: true) / 2 + 6;
            var area = new SKRect(left - half, top - 20, left + half, top + 20);
            if (!data.Contains(area) || taken.Any(area.IntersectsWith))
                continue;
            taken.Add(area);
            sheet.Text(Shown[group.Key], left, top, Theme.HeadingSize, Dark(Colors[group.Key]), SKTextAlign.Center, bold: true, halo: true);
        }
    }

    private static SKColor Dark(SKColor color) => new((byte)(color.Red * 0.55), (byte)(color.Green * 0.55), (byte)(color.Blue * 0.55));

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}

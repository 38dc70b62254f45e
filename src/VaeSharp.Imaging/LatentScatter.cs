using SkiaSharp;
using VaeSharp.Imaging.Drawing;

namespace VaeSharp.Imaging;

/// <summary>Draws where a model puts examples in two of its latent units, by class or by density.</summary>
public static class LatentScatter
{
    private const int Side = 1_180, MaxClasses = 1_000, Shades = 14;

    /// <summary>Draws a dot for each code. Both axes have the same scale; codes that are not finite are left out.</summary>
    /// <param name="codes">The codes: [N, units].</param>
    /// <param name="units">Number of latent units, at least 2.</param>
    /// <param name="labels">A class for each code, counted from 0; empty shades dots by their density instead.</param>
    /// <param name="classNames">The classes' names; by default their numbers.</param>
    /// <param name="first">The latent unit along the horizontal axis.</param>
    /// <param name="second">The latent unit along the vertical axis.</param>
    /// <param name="title">A short title; none by default.</param>
    /// <param name="limit">Both axes reach from −limit to +limit, and codes outside are counted; null takes room for nearly all.</param>
    /// <param name="colorBar">Whether a bar beside the plot tells the classes, instead of a legend and names on the clusters.</param>
    /// <exception cref="ArgumentException">Lengths do not fit each other, a label or a unit does not exist, or the limit is not above 0.
    /// </exception>
    public static Picture Draw(ReadOnlyMemory<float> codes, int units = 2, ReadOnlyMemory<int> labels = default,
        IReadOnlyList<string>? classNames = null, int first = 0, int second = 1, string? title = null,
        double? limit = null, bool colorBar = false)
    {
        var names = Check(codes.Length, units, labels.Span, classNames, first, second);
        if (limit is { } reach && !(reach > 0 && double.IsFinite(reach)))
            throw new ArgumentException($"A limit must be finite and above 0, got {reach}.", nameof(limit));
        var points = new List<(double X, double Y)>();
        var classes = new List<int>();
        for (var i = 0; i < codes.Length / units; i++)
        {
            var (x, y) = (codes.Span[i * units + first], codes.Span[i * units + second]);
            if (!float.IsFinite(x) || !float.IsFinite(y))
                continue;
            points.Add((x, y));
            if (labels.Length > 0)
                classes.Add(labels.Span[i]);
        }

        var window = limit is { } end ? new Window(-end, -end, 2 * end, 2 * end) : Window.Around(points);
        var colors = Palette.For(names.Count);
        ClassKey key = colorBar ? new ClassBar(names, colors) : new ClassLegend(names, colors);
        var (left, top) = (Theme.Margin + Panel.PaddingLeft - 40, Theme.Margin + Sheet.TitleHeight(title));
        var scale = Side / Math.Max(window.Width, window.Height);
        var data = SKRectI.Create(left, top, (int)(window.Width * scale), (int)(window.Height * scale));
        var bottom = Math.Max(data.Bottom + Panel.PaddingBottom, data.Top + key.Height) + Theme.Margin / 2;
        using var sheet = new Sheet(data.Right + Theme.Margin + key.Width, bottom);
        sheet.Title(title, left);
        DrawPoints(sheet, data, window, ($"z[{first}]", $"z[{second}]"), classes.Count > 0
            ? ByClass(points, classes, colors)
            : ByDensity(points, window));
        key.Draw(sheet, data);
        if (!colorBar)
            key.DrawOnto(sheet, data, window, points, classes);
        NoteHidden(sheet, data, points.Count(point => !window.Contains(point)));
        return sheet.ToPicture();
    }

    private static void DrawPoints(Sheet sheet, SKRect data, Window window, (string X, string Y) labels,
        (double X, double Y, SKColor Color)[] points)
    {
        using var axes = new Panel(window.Left, window.Left + window.Width, window.Bottom, window.Bottom + window.Height);
        axes.SetTicks(
            Ticks.Linear(window.Left, window.Left + window.Width, target: 9 * data.Width / Side),
            Ticks.Linear(window.Bottom, window.Bottom + window.Height, target: 9 * data.Height / Side));
        // The more dots, the smaller and the more transparent: 100 have a radius of 8 pixels, 10,000 one of 3.6.
        var radius = Math.Clamp(18 * Math.Pow(Math.Max(points.Length, 1), -0.175), 1.6, 8);
        var alpha = Math.Clamp(2.6 * Math.Pow(Math.Max(points.Length, 1), -0.165), 0.3, 0.85);
        axes.Plot.Add.Plottable(new PointCloud(points, (float)radius, (byte)(255 * alpha)));
        axes.Draw(sheet, data, labels.X, labels.Y);
        sheet.Outline(data, Theme.Frame, Theme.FrameWidth);
    }

    private static (double, double, SKColor)[] ByClass(List<(double X, double Y)> points, List<int> classes, SKColor[] colors)
    {
        var order = Enumerable.Range(0, points.Count).ToArray();
        new Random(1).Shuffle(order);
        return Array.ConvertAll(order, i => (points[i].X, points[i].Y, colors[classes[i]]));
    }

    private static (double, double, SKColor)[] ByDensity(List<(double X, double Y)> points, Window window)
    {
        var ranks = Density.Ranks(points, window);
        return [.. from i in Enumerable.Range(0, points.Count)
                   orderby ranks[i]
                   select (points[i].X, points[i].Y, Palette.Density(Math.Round(ranks[i] * Shades) / Shades))];
    }

    private static void NoteHidden(Sheet sheet, SKRect data, int hidden)
    {
        if (hidden > 0)
            sheet.Note($"{hidden:N0} outside", data.Right - 16, data.Bottom - 24);
    }

    private static IReadOnlyList<string> Check(int length, int units, ReadOnlySpan<int> labels, IReadOnlyList<string>? names,
        int first, int second)
    {
        if (units < 2 || length % units != 0)
            throw new ArgumentException($"Codes must be [N, 2 units or more], got {length} values of {units} units.", nameof(units));
        if (first < 0 || first >= units || second < 0 || second >= units)
            throw new ArgumentException($"Latent units run from 0 to {units - 1}, got {first} and {second}.", nameof(first));
        if (labels.Length == 0)
            return [];
        Guard.SameCount(length / units, labels.Length, "a label", nameof(labels));
        var most = names?.Count ?? MaxClasses;
        var largest = 0;
        foreach (var label in labels)
        {
            if (label < 0 || label >= most)
                throw new ArgumentException($"Labels must be from 0 to {most - 1}, got {label}.", nameof(labels));
            largest = Math.Max(largest, label);
        }
        return names ?? [.. Enumerable.Range(0, largest + 1).Select(label => label.ToString())];
    }
}

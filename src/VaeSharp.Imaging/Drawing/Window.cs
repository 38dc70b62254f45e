namespace VaeSharp.Imaging.Drawing;

/// <summary>A part of the plane.</summary>
internal readonly record struct Window(double Left, double Bottom, double Width, double Height)
{
    private const double Tail = 0.002, Margin = 0.05, FarOut = 1.8, MinAspect = 0.72;
    private const int Few = 20;

    /// <summary>A rectangle, not far from a square, around all points; where a few lie far out, around the others.</summary>
    public static Window Around(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Count == 0)
            return new(-1, -1, 2, 2);
        var (x, y) = (Range(points.Select(point => point.X)), Range(points.Select(point => point.Y)));
        var side = Math.Max(x.To - x.From, y.To - y.From);
        if (side == 0)
            side = Math.Max(1, Math.Abs(x.From) * 1e-3);
        var width = Math.Max(x.To - x.From, MinAspect * side) + 2 * Margin * side;
        var height = Math.Max(y.To - y.From, MinAspect * side) + 2 * Margin * side;
        return new((x.From + x.To - width) / 2, (y.From + y.To - height) / 2, width, height);
    }

    public bool Contains((double X, double Y) point) =>
        point.X >= Left && point.X <= Left + Width && point.Y >= Bottom && point.Y <= Bottom + Height;

    private static (double From, double To) Range(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var tail = sorted.Length < Few ? 0 : Math.Max(1, (int)(Tail * sorted.Length));
        var (low, high) = (sorted[tail], sorted[^(tail + 1)]);
        if (sorted[^1] - sorted[0] <= FarOut * (high - low) || high == low)
            return (sorted[0], sorted[^1]);
        var slack = (FarOut - 1) / 2 * (high - low);
        return (sorted.First(value => value >= low - slack), sorted.Last(value => value <= high + slack));
    }
}

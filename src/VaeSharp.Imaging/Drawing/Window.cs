namespace VaeSharp.Imaging.Drawing;

/// <summary>A square part of the plane.</summary>
internal readonly record struct Window(double Left, double Bottom, double Side)
{
    private const double Tail = 0.002, Margin = 0.06, FarOut = 1.8;

    /// <summary>The smallest square around all points; where a few lie far out, around the others.</summary>
    public static Window Around(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Count == 0)
            return new(-1, -1, 2);
        var x = Range([.. points.Select(point => point.X)]);
        var y = Range([.. points.Select(point => point.Y)]);
        var side = Math.Max(x.To - x.From, y.To - y.From);
        side = side > 0 ? side * (1 + 2 * Margin) : 2;
        return new((x.From + x.To - side) / 2, (y.From + y.To - side) / 2, side);
    }

    public bool Contains((double X, double Y) point) =>
        point.X >= Left && point.X <= Left + Side && point.Y >= Bottom && point.Y <= Bottom + Side;

    private static (double From, double To) Range(double[] values)
    {
        Array.Sort(values);
        var tail = (int)(Tail * values.Length);
        var (low, high) = (values[tail], values[^(tail + 1)]);
        var slack = 0.25 * (high - low);                              // keeps the last inliers in view
        return values[^1] - values[0] <= FarOut * (high - low) ? (values[0], values[^1])
            : (Math.Max(values[0], low - slack), Math.Min(values[^1], high + slack));
    }
}

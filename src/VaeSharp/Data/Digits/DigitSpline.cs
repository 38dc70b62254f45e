namespace VaeSharp.Data;

/// <summary>Smooth curves through given points.</summary>
internal static class DigitSpline
{
    private const int Pieces = 32;

    /// <summary>Points at equal distances along the centripetal Catmull-Rom spline through the given points, both ends included.</summary>
    /// <param name="points">What the curve passes through: at least 2 points, no two in a row alike.</param>
    /// <param name="spacing">The distance aimed at.</param>
    public static DigitPoint[] Through(ReadOnlySpan<DigitPoint> points, double spacing)
    {
        var fine = Flatten(points);
        var length = 0.0;
        for (var i = 1; i < fine.Count; i++)
            length += (fine[i] - fine[i - 1]).Length;

        var even = new DigitPoint[Math.Max((int)(length / spacing + 0.5), 1) + 1];
        var (at, passed) = (1, 0.0);
        for (var i = 0; i < even.Length - 1; i++)
        {
            var wanted = length * i / (even.Length - 1);
            while (passed + (fine[at] - fine[at - 1]).Length < wanted)
                passed += (fine[at] - fine[at++ - 1]).Length;
            var step = fine[at] - fine[at - 1];
            even[i] = fine[at - 1] + (wanted - passed) / step.Length * step;
        }
        even[^1] = points[^1];
        return even;
    }

    private static List<DigitPoint> Flatten(ReadOnlySpan<DigitPoint> points)
    {
        List<DigitPoint> fine = [points[0]];
        for (var i = 0; i + 1 < points.Length; i++)
        {
            var (from, to) = (points[i], points[i + 1]);
            var before = i > 0 ? points[i - 1] : from - (to - from);
            var after = i + 2 < points.Length ? points[i + 2] : to + (to - from);
            for (var piece = 1; piece <= Pieces; piece++)
                fine.Add(Between(before, from, to, after, (double)piece / Pieces));
        }
        return fine;
    }

    /// <summary>The point at parameter t in [0, 1] of the spline's piece from b to c.</summary>
    private static DigitPoint Between(DigitPoint a, DigitPoint b, DigitPoint c, DigitPoint d, double t)
    {
        // Knots are √distance apart, which keeps the curve free of loops and cusps that the points do not ask for (Yuksel et al. 2011).
        var (ab, bc, cd) = (Math.Sqrt((b - a).Length), Math.Sqrt((c - b).Length), Math.Sqrt((d - c).Length));
        var atB = (c - b) + bc * (1 / ab * (b - a) - 1 / (ab + bc) * (c - a));
        var atC = (c - b) + bc * (1 / cd * (d - c) - 1 / (bc + cd) * (d - b));
        var s = 1 - t;
        return s * s * (1 + 2 * t) * b + t * t * (1 + 2 * s) * c + t * s * s * atB - t * t * s * atC;
    }
}

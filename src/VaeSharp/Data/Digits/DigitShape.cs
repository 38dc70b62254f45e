namespace VaeSharp.Data;

/// <summary>Bends a skeleton as a hand does, and places it in the image.</summary>
internal static class DigitShape
{
    /// <summary>Stretches, wobbles, warps, slants and rotates the skeleton, in half heights around its middle.</summary>
    public static void Bend(DigitSkeleton skeleton, DigitFactors factors, Span<DigitPoint> line)
    {
        double slant = factors.Slant, tangent = factors.Rotation;
        var cosine = 1 / Math.Sqrt(1 + tangent * tangent);
        var sine = tangent * cosine;
        for (var i = 0; i < line.Length; i++)
        {
            var (x, y) = (skeleton[i].X * factors.Aspect, skeleton[i].Y);
            var (warpX, warpY) = (factors.Bow * y * y + factors.Taper * x * y, factors.Arch * x * x + factors.Balance * y * y);
            x += warpX + skeleton.Wobble(i, factors.WobbleX);
            y += warpY + skeleton.Wobble(i, factors.WobbleY);
            x -= slant * y;
            line[i] = new(cosine * x - sine * y, sine * x + cosine * y);
        }
    }

    /// <summary>Scales the line so that its ink's box has the size asked for, and moves its centre of mass to where it belongs.</summary>
    public static void Place(DigitSkeleton skeleton, DigitFactors factors, Span<DigitPoint> line)
    {
        var (left, top, right, bottom) = (line[0].X, line[0].Y, line[0].X, line[0].Y);
        foreach (var point in line)
        {
            (left, right) = (Math.Min(left, point.X), Math.Max(right, point.X));
            (top, bottom) = (Math.Min(top, point.Y), Math.Max(bottom, point.Y));
        }
        var scale = (factors.Size - factors.Thickness) / Math.Max(right - left, bottom - top);
        var centre = CentreOfMass(skeleton, factors, line);
        var target = new DigitPoint(Digits.Side / 2.0 + factors.X, Digits.Side / 2.0 + factors.Y);
        for (var i = 0; i < line.Length; i++)
            line[i] = target + scale * (line[i] - centre);
    }

    /// <summary>How hard the pen is pressed at a point, 1 in the middle of the line: it scales thickness and ink.</summary>
    public static double Force(DigitSkeleton skeleton, DigitFactors factors, int index) => 1 + factors.Pressure * skeleton.Way(index);

    private static DigitPoint CentreOfMass(DigitSkeleton skeleton, DigitFactors factors, ReadOnlySpan<DigitPoint> line)
    {
        var (sum, total) = (new DigitPoint(0, 0), 0.0);
        for (var i = 1; i < line.Length; i++)
        {
            if (skeleton.StartsStroke(i))
                continue;
            var force = Force(skeleton, factors, i);
            var mass = (line[i] - line[i - 1]).Length * force * force;    // length × thickness × ink
            sum += mass * (0.5 * (line[i - 1] + line[i]));
            total += mass;
        }
        return 1 / total * sum;
    }
}

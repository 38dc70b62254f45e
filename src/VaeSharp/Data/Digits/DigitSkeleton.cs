using System.Globalization;

namespace VaeSharp.Data;

/// <summary>The line of one way of writing a digit, as points at equal distances along it, in half heights around its middle.</summary>
internal sealed class DigitSkeleton
{
    private const double Spacing = 0.14;

    private readonly List<DigitPoint> points = [];
    private readonly List<bool> starts = [];
    private readonly double[] basis;

    /// <summary>Reads points <c>x,y</c>, a hundred to the height. <c>!</c> behind one makes it a corner; <c>/</c> lifts the pen.</summary>
    public DigitSkeleton(string text)
    {
        foreach (var stroke in text.Split('/'))
            AddStroke(stroke);
        var middle = 0.5 * new DigitPoint(points.Min(p => p.X) + points.Max(p => p.X), points.Min(p => p.Y) + points.Max(p => p.Y));
        for (var i = 0; i < Count; i++)
        {
            points[i] -= middle;
            Length += starts[i] ? 0 : (points[i] - points[i - 1]).Length;
        }
        basis = Chebyshev(Count);
    }

    /// <summary>Number of points.</summary>
    public int Count => points.Count;

    /// <summary>Length of the line without the pen's ways through the air, in half heights.</summary>
    public double Length { get; }

    public DigitPoint this[int index] => points[index];

    /// <summary>Whether the pen is set down anew at a point, so that no line leads there from the point before.</summary>
    public bool StartsStroke(int index) => starts[index];

    /// <summary>How far along the whole line a point is, from −1 to 1.</summary>
    public double Way(int index) => basis[index * DigitFactors.Harmonics];

    /// <summary>The line's length times Σ c_k T_k(way), a sum of Chebyshev polynomials at a point.</summary>
    public double Wobble(int index, ReadOnlySpan<float> coefficients)
    {
        var sum = 0.0;
        for (var k = 0; k < coefficients.Length; k++)
            sum += coefficients[k] * basis[index * DigitFactors.Harmonics + k];
        return Length * sum;
    }

    private void AddStroke(string text)
    {
        DigitPoint? corner = null;
        foreach (var run in text.Split('!'))
        {
            var through = run.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Point);
            var curve = DigitSpline.Through([.. corner is { } from ? through.Prepend(from) : through], Spacing);
            for (var i = corner is null ? 0 : 1; i < curve.Length; i++)
            {
                points.Add(curve[i]);
                starts.Add(i == 0);
            }
            corner = curve[^1];
        }
    }

    private static DigitPoint Point(string text)
    {
        var numbers = text.Split(',');
        return new(int.Parse(numbers[0], CultureInfo.InvariantCulture) / 50.0, int.Parse(numbers[1], CultureInfo.InvariantCulture) / 50.0);
    }

    /// <summary>T₁ … T₅ at evenly spaced ways from −1 to 1: [count, 5].</summary>
    private static double[] Chebyshev(int count)
    {
        var values = new double[count * DigitFactors.Harmonics];
        for (var i = 0; i < count; i++)
        {
            var way = 2.0 * i / (count - 1) - 1;
            var (previous, current) = (1.0, way);
            for (var k = 0; k < DigitFactors.Harmonics; k++)
            {
                values[i * DigitFactors.Harmonics + k] = current;
                (previous, current) = (current, 2 * way * current - previous);      // T_{k+1} = 2 t T_k − T_{k−1}
            }
        }
        return values;
    }
}

using System.Globalization;

namespace VaeSharp.Data;

/// <summary>The middle line of one way of writing a digit, as points at equal distances along it, in half heights around its middle.</summary>
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
            AddStroke(stroke.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Centre();
        basis = Basis();
        Span = Enumerable.Range(1, Length - 1).Where(i => !starts[i]).Sum(i => (points[i] - points[i - 1]).Length);
    }

    /// <summary>Length of the whole line, in half heights.</summary>
    public double Span { get; }

    /// <summary>Number of points.</summary>
    public int Length => points.Count;

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
        return Span * sum;
    }

    private void AddStroke(string[] words)
    {
        List<DigitPoint> smooth = [];
        for (var i = 0; i < words.Length; i++)
        {
            var numbers = words[i].TrimEnd('!').Split(',');
            smooth.Add(new(Number(numbers[0]), Number(numbers[1])));
            if (i == 0 || (words[i][^1] != '!' && i < words.Length - 1))
                continue;
            var isFirst = starts.Count == 0 || smooth[0] != points[^1];
            var curve = DigitSpline.Through([.. smooth], Spacing);
            points.AddRange(isFirst ? curve : curve[1..]);
            while (starts.Count < points.Count)
                starts.Add(isFirst && starts.Count == points.Count - curve.Length);
            smooth = [smooth[^1]];
        }

        static double Number(string text) => int.Parse(text, CultureInfo.InvariantCulture) / 50.0;
    }

    private void Centre()
    {
        var middle = 0.5 * new DigitPoint(points.Min(p => p.X) + points.Max(p => p.X), points.Min(p => p.Y) + points.Max(p => p.Y));
        for (var i = 0; i < points.Count; i++)
            points[i] -= middle;
    }

    /// <summary>T₁ … T₅ at each point: [points, 5].</summary>
    private double[] Basis()
    {
        var values = new double[points.Count * DigitFactors.Harmonics];
        for (var i = 0; i < points.Count; i++)
        {
            var way = 2.0 * i / (points.Count - 1) - 1;
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

using VaeSharp.Distributions;

namespace VaeSharp.Tests.Distributions;

/// <summary>Distributions of one number, with parameters in double precision, and a grid to integrate them on.</summary>
internal static class Line
{
    /// <summary>
    /// What the trapezoidal rule may be off: nothing for smooth densities; for Laplace's kink (h/b)²/12 with h = 0.002 b, which is 3 ·
    /// 10⁻⁷. The tails that the grid leaves out hold e⁻⁴⁰.
    /// </summary>
    public const double Tolerance = 1e-6;

    public static Distribution Density(string family, double location, double logScale) => family switch
    {
        "normal" => new Normal(Value(location), Value(2 * logScale)),
        "standard-normal" => new StandardNormal([1], CPU),
        "laplace" => new Laplace(Value(location), Value(logScale)),
        _ => throw new ArgumentOutOfRangeException(nameof(family), family, null),
    };

    /// <summary>Forty scales about the location, which is a point of the grid so that a kink falls on one: [40001, 1].</summary>
    public static (Tensor X, double Step) Grid(string family, double location, double logScale)
    {
        var scale = family == "standard-normal" ? 1 : Math.Exp(logScale);
        var x = location + scale * linspace(-40, 40, 40_001, dtype: float64).unsqueeze(-1);
        return (x, scale * 80 / 40_000);
    }

    private static Tensor Value(double number) => full(1, number, dtype: float64);
}

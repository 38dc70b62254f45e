namespace VaeSharp.Tests.Support;

/// <summary>
/// The distribution of s = 1 − μᵀz for a density ∝ exp(κ h) on the sphere of m dimensions, by sums over a grid and nothing of the library.
/// In ξ = log tan θ/2, s = 2/(1 + e^−2ξ), all integrands are smooth and fall off, where the trapezoidal rule is exact to rounding.
/// </summary>
internal sealed class Latitude
{
    public static readonly Func<double, double> VonMisesFisher = xi => -2 / (1 + Math.Exp(-2 * xi));
    public static readonly Func<double, double> PowerSpherical = xi => -SoftPlus(2 * xi);

    private readonly double[] xi;
    private readonly double[] weight;
    private readonly double[] below;

    public Latitude(long dimension, double kappa, Func<double, double> exponent)
    {
        (Dimension, Kappa, Exponent) = (dimension, kappa, exponent);
        var (low, high) = (-80.0, 80.0);
        for (var i = 0; i < 200; i++)
        {
            var (left, right) = (low + (high - low) / 3, high - (high - low) / 3);
            (low, high) = LogDensity(left) < LogDensity(right) ? (left, high) : (low, right);
        }
        var (mode, step) = (low, Math.Min(0.04, 0.15 / Math.Sqrt(dimension - 1)));
        var (from, to) = (0, 0);
        while (LogDensity(mode + from * step) > LogDensity(mode) - 45)
            from--;
        while (LogDensity(mode + to * step) > LogDensity(mode) - 45)
            to++;
        xi = [.. Enumerable.Range(from, to - from + 1).Select(i => mode + i * step)];
        weight = [.. xi.Select(at => Math.Exp(LogDensity(at) - LogDensity(mode)))];
        LogIntegral = LogDensity(mode) + Math.Log(step * weight.Sum());
        var total = weight.Sum();
        weight = [.. weight.Select(value => value / total)];
        // Up to a point of the grid, half of whose own share is below it.
        var sum = 0.0;
        below = [.. weight.Select(value => (sum += value) - value / 2)];
    }

    public long Dimension { get; }

    public double Kappa { get; }

    public Func<double, double> Exponent { get; }

    /// <summary>log ∫ exp(κh) sin^(m−2) θ dθ.</summary>
    public double LogIntegral { get; }

    /// <summary>E f(s, h).</summary>
    public double Mean(Func<double, double, double> f) => xi.Zip(weight, (at, w) => w * f(HeightOf(at), Exponent(at))).Sum();

    /// <summary>The distribution function of s.</summary>
    public Tensor Cdf(Tensor s)
    {
        var values = s.to_type(float64).contiguous().data<double>().ToArray();
        return tensor(Array.ConvertAll(values, value =>
        {
            var at = 0.5 * Math.Log(Math.Max(value, 1e-300) / Math.Max(2 - value, 1e-300));
            var place = (at - xi[0]) / (xi[1] - xi[0]);
            if (place <= 0 || place >= xi.Length - 1)
                return place <= 0 ? 0.0 : 1.0;
            var (i, rest) = ((int)place, place - (int)place);
            return below[i] + rest * (below[i + 1] - below[i]);
        }));
    }

    public static double HeightOf(double xi) => 2 / (1 + Math.Exp(-2 * xi));

    private double LogDensity(double at) => Kappa * Exponent(at) - (Dimension - 1) * (SoftPlus(2 * at) - at - Math.Log(2));

    private static double SoftPlus(double x) => Math.Max(x, 0) + LogOfOneAnd(Math.Exp(-Math.Abs(x)));

    // Math has no log1p.
    private static double LogOfOneAnd(double x) => x < 1e-5 ? x * (1 - x * (0.5 - x / 3)) : Math.Log(1 + x);
}

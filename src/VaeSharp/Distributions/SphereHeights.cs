using VaeSharp.Numerics;

namespace VaeSharp.Distributions;

/// <summary>
/// Draws of s = 1 − μᵀz for densities q(z) ∝ exp(κ h) on the sphere in m dimensions, where h depends on the angle θ to μ alone, and their
/// derivatives. In double precision, by the coordinate ξ = log tan θ/2: s = 2/(1 + e^−2ξ), and dz is cosh^−(m−1) ξ dξ.
/// </summary>
/// <remarks>
/// Wood 1994, Simulation of the von Mises Fisher distribution, with Ulrich's envelope, which bounds any such density tightly: proposals are
/// t = (x + t₀)/(1 + t₀x) with x a coordinate of a uniform point. The best t₀ is where κh + (m − 1) log(1 − t₀t) is largest at t₀ itself.
/// </remarks>
/// <param name="dimension">m, at least 2.</param>
/// <param name="exponent">h at ξ; it falls.</param>
/// <param name="envelope">1 − t₀ for κ.</param>
internal sealed class SphereHeights(long dimension, Func<double, double> exponent, Func<double, double> envelope)
{
    private const double Drop = 32;                                                              // e^−32 is what sums may leave out
    private static readonly IReadOnlyList<(double Node, double Weight)> Gauss = GaussLegendre.Rule(40);

    /// <summary>Draws for each concentration: [S, B], one draw of each behind the other.</summary>
    public double[] Draw(double[] kappa, long samples, Noise noise)
    {
        return Rejection.Draw(samples * kappa.Length, place => double.IsFinite(Of(place)), Round, "draws on the sphere");

        double Of(int place) => kappa[place % kappa.Length];

        Proposal Round(int rows)
        {
            using var uniform = noise.Uniform([rows, 3], CPU).to_type(float64);
            var u = uniform.data<double>().ToArray();
            return (int place, int row, out double s) => Accept(Of(place), u.AsSpan(3 * row, 3), out s);
        }
    }

    /// <summary>∂s/∂κ at fixed rank: −∂F/∂κ over the density, with F the distribution function.</summary>
    /// <remarks>
    /// Figurnov, Mohamed and Mnih 2018, arXiv:1805.08498, eq. 5. ∂F/∂κ is the integral of (h − E h) q from either end; from the end on
    /// whose side of the mean h is, no term of the sum cancels another.
    /// </remarks>
    /// <param name="kappa">κ.</param>
    /// <param name="mean">E h.</param>
    /// <param name="s">The draw.</param>
    public double Slope(double kappa, double mean, double s)
    {
        if (!double.IsFinite(s))
            return double.NaN;
        var xi = Coordinate(s);
        var (side, top) = (exponent(xi) > mean ? -1 : 1, LogDensity(kappa, xi));
        var (least, length) = (0.0, 2 / Math.Sqrt(dimension - 1));
        while (LogDensity(kappa, xi + side * length) > top - Drop)
            (least, length) = (length, 2 * length);
        for (var halving = 0; halving < 4; halving++)
        {
            var middle = 0.5 * (least + length);
            (least, length) = LogDensity(kappa, xi + side * middle) > top - Drop ? (middle, length) : (least, middle);
        }
        var sum = 0.0;
        foreach (var (node, weight) in Gauss)
        {
            var at = xi + side * length * node;
            sum += weight * Math.Abs(exponent(at) - mean) * Math.Exp(LogDensity(kappa, at) - top);
        }
        return -s * (2 - s) * length * sum;                                                      // ds = s(2 − s) dξ
    }

    private bool Accept(double kappa, ReadOnlySpan<double> u, out double s)
    {
        // A coordinate of a uniform point of the sphere is r cos φ, with r² = 1 − u^(2/(m − 2)): Ulrich 1984. No number is 0 or 1.
        var r = Math.Sqrt(1 - Math.Pow(u[0] + Rejection.Half, 2.0 / (dimension - 2)));
        var x = r * Math.Cos(2 * Math.PI * (u[1] + Rejection.Half));
        var y = envelope(kappa);                                                                 // 1 − t₀
        s = Math.Clamp(y * (1 - x) / (y + (1 - y) * (1 + x)), 1e-30, Math.BitDecrement(2));      // 1 − t
        var share = kappa * (exponent(Coordinate(s)) - exponent(Coordinate(y)))
            + (dimension - 1) * Math.Log((y + (1 - y) * s) / (y * (2 - y)));
        return Math.Log(u[2] + Rejection.Half) <= share;
    }

    private static double Coordinate(double s) => 0.5 * Math.Log(s / (2 - s));

    private double LogDensity(double kappa, double xi) =>
        kappa * exponent(xi) - (dimension - 1) * (Math.Abs(xi) + Math.Log(1 + Math.Exp(-2 * Math.Abs(xi))));
}

using VaeSharp.Numerics;

namespace VaeSharp.Distributions;

/// <summary>
/// The distance ρ of a Riemannian normal distribution's draws from its mean, in units of the radius of curvature: a density f ∝ sinhⁿρ
/// exp(−ρ²/2τ²) with n = Z − 1 and τ = √c σ. In double precision, for any n and τ.
/// </summary>
/// <remarks>
/// log f falls from its mode at least as fast as −(ρ − mode)²/2τ², and its second derivative there is between −2/τ² and −1/τ². So a fixed
/// rule on nine τ to either side has all of every integral, and no term of it is negative: the closed form is a sum of Z terms with
/// alternating signs, of which nothing is left when Z is large or τ small (Mathieu et al. 2019, appendix B).
/// </remarks>
internal sealed class HyperbolicRadius
{
    private const double Reach = 9;
    private static readonly IReadOnlyList<(double Node, double Weight)> Gauss = GaussLegendre.Rule(80);
    private readonly double n;
    private readonly double tau;
    private readonly double mode;

    /// <summary>Integrates the density.</summary>
    /// <param name="dimension">Z.</param>
    /// <param name="tau">τ, above 0; what is no such number has neither draws nor integrals.</param>
    public HyperbolicRadius(long dimension, double tau)
    {
        (n, this.tau, mode) = (dimension - 1, tau, ModeOf(dimension - 1, tau * tau));
        if (!IsNumber)
        {
            (LogNormaliser, MeanSquare) = (double.NaN, double.NaN);
            return;
        }
        var (least, most) = (Math.Max(0, mode - Reach * tau), mode + Reach * tau);
        var (sum, square) = (0.0, 0.0);
        foreach (var (node, weight) in Gauss)
        {
            var rho = least + (most - least) * node;
            var mass = weight * Math.Exp(Above(mode, rho));
            (sum, square) = (sum + mass, square + mass * rho * rho);
        }
        MeanSquare = square / sum;
        LogNormaliser = (n == 0 ? 0 : n * LogSinh(mode)) - 0.5 * mode * mode / (tau * tau) + Math.Log((most - least) * sum);
    }

    /// <summary>log ∫ sinhⁿρ exp(−ρ²/2τ²) dρ.</summary>
    public double LogNormaliser { get; }

    /// <summary>Its derivative by τ, E ρ²/τ³.</summary>
    public double LogSlope => MeanSquare / (tau * tau * tau);

    /// <summary>E ρ².</summary>
    public double MeanSquare { get; }

    private bool IsNumber => double.IsFinite(tau) && tau > 0;

    /// <summary>Draws for each distribution: [S, B], one draw of each behind the other.</summary>
    /// <remarks>
    /// log sinh ρ is below its tangent at the mode, with which f is a normal density of the deviation τ: its draws are accepted by how far
    /// below, more than half of them for any n and τ.
    /// </remarks>
    public static double[] Draw(HyperbolicRadius[] each, long samples, Noise noise)
    {
        return Rejection.Draw(samples * each.Length, place => Of(place).IsNumber, Round, "draws of a distance");

        HyperbolicRadius Of(int place) => each[place % each.Length];

        Proposal Round(int rows)
        {
            using var normal = noise.Normal([rows], CPU).to_type(float64);
            using var uniform = noise.Uniform([rows], CPU).to_type(float64);
            var (e, u) = (normal.data<double>().ToArray(), uniform.data<double>().ToArray());
            return (int place, int row, out double rho) => Of(place).Accept(e[row], u[row] + Rejection.Half, out rho);
        }
    }

    /// <summary>∂ρ/∂τ at fixed rank: −∂F/∂τ over the density, with F the distribution function.</summary>
    /// <remarks>
    /// Figurnov, Mohamed and Mnih 2018, arXiv:1805.08498, eq. 5. τ³ ∂F/∂τ is the integral of (ρ² − E ρ²) f from either end; from the end on
    /// whose side of the mean ρ² is, no term of the sum cancels another.
    /// </remarks>
    public double Slope(double rho)
    {
        if (!double.IsFinite(rho))
            return double.NaN;
        var end = rho * rho < MeanSquare ? Math.Max(0, Math.Min(rho, mode) - Reach * tau) : Math.Max(rho, mode) + Reach * tau;
        var sum = 0.0;
        foreach (var (node, weight) in Gauss)
        {
            var at = rho + (end - rho) * node;
            sum += weight * Math.Abs(at * at - MeanSquare) * Math.Exp(Above(rho, at));
        }
        return Math.Abs(end - rho) * sum / (tau * tau * tau);
    }

    private bool Accept(double normal, double uniform, out double rho)
    {
        if (n == 0)
        {
            rho = tau * Math.Abs(normal);
            return rho > 0;
        }
        var excess = 2 / (Math.Exp(2 * mode) - 1);                                               // coth − 1
        rho = n * tau * tau * (1 + excess) + tau * normal;
        return rho > 0 && Math.Log(uniform) <= n * (Rest(rho) - Rest(mode) - excess * (rho - mode));
    }

    // log f(ρ) − log f(at), without the difference of numbers that grow with ρ.
    private double Above(double at, double rho) =>
        (rho - at) * (n - 0.5 * (rho + at) / (tau * tau)) + (n == 0 ? 0 : n * (Rest(rho) - Rest(at)));

    private static double LogSinh(double rho) => rho + Rest(rho) - Math.Log(2);

    // log(1 − e^−2ρ) = log(2 sinh ρ) − ρ.
    private static double Rest(double rho) => rho < 0.5 ? Math.Log(2 * Math.Sinh(rho)) - rho : Math.Log(1 - Math.Exp(-2 * rho));

    // Where n coth ρ = ρ/τ². By Newton's method from below, which the function's curvature keeps there.
    private static double ModeOf(double n, double variance)
    {
        var rho = Math.Max(n * variance, Math.Sqrt(n * variance));
        for (var step = 0; step < 100 && rho > 0; step++)
        {
            var (tanh, sinh) = (Math.Tanh(rho), Math.Sinh(Math.Min(rho, 300)));
            var change = (n * variance / tanh - rho) / (1 + n * variance / (sinh * sinh));
            rho += change;
            if (Math.Abs(change) <= 1e-14 * rho)
                break;
        }
        return rho;
    }
}

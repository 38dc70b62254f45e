namespace VaeSharp.Numerics;

/// <summary>
/// What a von Mises–Fisher distribution in m dimensions needs of Bessel's functions of the order ν = m/2 − 1, with E over a coordinate t of
/// a point that is uniform on the sphere: G(κ) = κ − log E exp(κt), its derivative 1 − A(κ), and A′(κ), where A = I_{ν+1}/I_ν is the mean
/// of t under exp(κt).
/// </summary>
/// <remarks>
/// In double precision, without overflow or cancellation from κ = 0 on: I_ν itself underflows for small κ and large ν, and overflows
/// from κ = 713 on. Small κ: the power series, whose terms are all positive. Else: Debye's expansion, which is uniform in κ, at an order of
/// at least 25, and the recurrence I_{j−1} = I_{j+1} + (2j/κ) I_j down to ν, in which errors shrink. Abramowitz and Stegun 1964, 9.6.10,
/// 9.6.26, 9.3.7, 9.3.11.
/// </remarks>
/// <param name="LogNormaliser">G(κ).</param>
/// <param name="Complement">1 − A(κ), which for large κ is (m − 1)/2κ and would be lost beside 1.</param>
/// <param name="Slope">A′(κ).</param>
internal readonly record struct BesselRatio(double LogNormaliser, double Complement, double Slope)
{
    private const double LeastOrder = 25;
    private const int Terms = 10;
    private static readonly (double[] U, double[] Difference)[] Debye = Expand();

    /// <summary>The three numbers for a concentration κ of at least 0 in m dimensions.</summary>
    public static BesselRatio At(double kappa, long dimension)
    {
        var nu = 0.5 * dimension - 1;
        return kappa * kappa < 16 * (nu + 1) ? BySeries(kappa, nu) : ByExpansion(kappa, nu);
    }

    /// <summary>log Γ(x) for x above 0, by Stirling's series.</summary>
    public static double LogGamma(double x)
    {
        var shift = 1.0;
        for (; x < 12; x++)
            shift *= x;
        var square = 1 / (x * x);
        var series = (1.0 / 12 + square * (-1.0 / 360 + square * (1.0 / 1260 + square * (-1.0 / 1680 + square / 1188)))) / x;
        return (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI) + series - Math.Log(shift);
    }

    // E exp(κt) = 1 + Σ c_k (κ²/4)^k, c_k = 1 / (k! (ν + 1) … (ν + k)).
    private static BesselRatio BySeries(double kappa, double nu)
    {
        var quarter = kappa * kappa / 4;
        var (term, sum, first, second) = (1 / (nu + 1), 0.0, 0.0, 0.0);                          // c_k (κ²/4)^(k − 1)
        for (var k = 1; k < 200 && term > 1e-19 * sum; k++)
        {
            sum += term;
            first += k * term;
            second += k * (2 * k - 1) * term;
            term *= quarter / ((k + 1) * (nu + k + 1));
        }
        var mean = 1 + quarter * sum;
        var ratio = kappa / 2 * first / mean;
        var log = quarter * sum < 1e-4 ? quarter * sum * (1 - quarter * sum * (0.5 - quarter * sum / 3)) : Math.Log(mean);
        return new(kappa - log, 1 - ratio, 0.5 * second / mean - ratio * ratio);
    }

    private static BesselRatio ByExpansion(double kappa, double nu)
    {
        var n = nu + Math.Max(0, Math.Ceiling(LeastOrder - nu));
        var root = Math.Sqrt(n * n + kappa * kappa);
        var p = n / root;
        var (u, uSlope, v, vSlope, power) = (1.0, 0.0, 0.0, 0.0, 1.0);                           // Σ U_k/nᵏ and Σ (V_k − U_k)/nᵏ, with ∂/∂p
        foreach (var (coefficients, differences) in Debye)
        {
            power /= n;
            Add(coefficients, p, power, ref u, ref uSlope);
            Add(differences, p, power, ref v, ref vSlope);
        }
        // I_n′/I_n = (root/κ) (1 + δ) = A_n + n/κ, where δ = ΣV/ΣU − 1; and root − κ = n²/(root + κ), ∂p/∂κ = −κ p/root².
        var (delta, deltaSlope) = (v / u, -(vSlope - uSlope * v / u) / u * kappa * p / (root * root));
        var complement = (n * (root + kappa - n) / (root + kappa) - root * delta) / kappa;       // 1 − A_n
        var slope = (n * (root - n) - n * n * delta) / (root * kappa * kappa) + root / kappa * deltaSlope;   // A_n′
        var product = 1.0;                                                                       // I_n / I_ν
        for (var j = n; j > nu + 0.5; j--)
        {
            var twice = 2 * j / kappa;
            complement = (twice - complement) / (twice + 1 - complement);                        // A_{j−1} = 1/(2j/κ + A_j)
            slope = (1 - complement) * (1 - complement) * (twice / kappa - slope);
            product *= 1 - complement;
        }
        // log I_n = root + n log(κ/(n + root)) − ½ log(2π root) + log ΣU.
        var logNormaliser = n * Math.Log((n + root) / kappa) - n * n / (root + kappa) + 0.5 * Math.Log(2 * Math.PI * root) - Math.Log(u)
            + Math.Log(product) + nu * Math.Log(kappa / 2) - LogGamma(nu + 1);
        return new(logNormaliser, complement, slope);
    }

    // Adds a polynomial of p and its derivative, with a factor.
    private static void Add(double[] coefficients, double p, double factor, ref double value, ref double derivative)
    {
        var (sum, slope) = (0.0, 0.0);
        for (var j = coefficients.Length - 1; j >= 0; j--)
            (sum, slope) = (sum * p + coefficients[j], slope * p + sum);
        value += factor * sum;
        derivative += factor * slope;
    }

    // U_{k+1} = ½ p²(1 − p²) U_k′ + ⅛ ∫₀ᵖ (1 − 5t²) U_k dt,  V_{k+1} = U_{k+1} − p(1 − p²)(½ U_k + p U_k′). Abramowitz and Stegun 1964,
    // 9.3.10 and 9.3.14.
    private static (double[], double[])[] Expand()
    {
        var (terms, u) = (new (double[], double[])[Terms], new[] { 1.0 });
        for (var k = 0; k < Terms; k++)
        {
            var (next, difference) = (new double[u.Length + 3], new double[u.Length + 3]);
            for (var j = 0; j < u.Length; j++)
            {
                next[j + 1] += u[j] * (0.5 * j + 0.125 / (j + 1));
                next[j + 3] -= u[j] * (0.5 * j + 0.625 / (j + 3));
                difference[j + 1] -= u[j] * (0.5 + j);
                difference[j + 3] += u[j] * (0.5 + j);
            }
            (terms[k], u) = ((next, difference), next);
        }
        return terms;
    }
}

using VaeSharp.Distributions;

namespace VaeSharp.Tests.Support;

/// <summary>
/// A data set of ten examples whose codes are normal on the plane, so that the distribution of all codes is a mixture that can be
/// integrated on a grid, in double precision and by nothing of the library.
/// </summary>
internal sealed class TenPoints
{
    public const int N = 10;
    private readonly double[] mean = new double[2 * N];
    private readonly double[] logVar = new double[2 * N];

    public TenPoints()
    {
        // On an arc, so that the units depend on each other.
        for (var n = 0; n < N; n++)
        {
            (mean[2 * n], mean[2 * n + 1]) = (0.4 * n - 1.8, 1.5 * Math.Sin(0.5 * n) - 0.7);
            (logVar[2 * n], logVar[2 * n + 1]) = (-2 + 0.1 * n, -1.5 - 0.1 * n);
        }
    }

    /// <summary>q(z|x) of some of the examples.</summary>
    public Normal Posterior(params int[] examples)
    {
        var index = tensor(examples.Select(n => (long)n).ToArray());
        return new Normal(Pick(mean), Pick(logVar));

        Tensor Pick(double[] numbers) => tensor(numbers).view(N, 2).to_type(float32).index_select(0, index);
    }

    /// <summary>q(z|x) of all.</summary>
    public Normal All() => Posterior([.. Enumerable.Range(0, N)]);

    /// <summary>q(z|x) of one example at a place.</summary>
    public double Density(int n, double a, double b) => Unit(n, 0, a) * Unit(n, 1, b);

    /// <summary>q(z) at a place: the mean of all.</summary>
    public double Aggregate(double a, double b) => Enumerable.Range(0, N).Average(n => Density(n, a, b));

    /// <summary>q(zⱼ) at a place.</summary>
    public double Marginal(int j, double at) => Enumerable.Range(0, N).Average(n => Unit(n, j, at));

    /// <summary>Mutual information, total correlation and dimension-wise divergence from N(0, I), by sums over a grid.</summary>
    public (double Information, double Correlation, double DimensionWise) Integrate()
    {
        const double step = 0.03, extent = 6;
        var (information, correlation, dimensionWise) = (0.0, 0.0, 0.0);
        for (var a = -extent; a <= extent; a += step)
        {
            for (var b = -extent; b <= extent; b += step)
            {
                var (q, product) = (Aggregate(a, b), Marginal(0, a) * Marginal(1, b));
                if (q < 1e-300)
                    continue;
                var area = step * step;
                information += area * Enumerable.Range(0, N).Average(n => Density(n, a, b) is var p and > 0 ? p * Math.Log(p / q) : 0);
                correlation += area * q * Math.Log(q / product);
                dimensionWise += area * q * (Math.Log(product) + 0.5 * (a * a + b * b) + Math.Log(2 * Math.PI));
            }
        }
        return (information, correlation, dimensionWise);
    }

    /// <summary>The mean of KL(q(z|x) ‖ N(0, I)), in closed form.</summary>
    public double Divergence => Enumerable.Range(0, 2 * N).Sum(i => 0.5 * (mean[i] * mean[i] + Math.Exp(logVar[i]) - logVar[i] - 1)) / N;

    private double Unit(int n, int j, double at)
    {
        var (m, v) = (mean[2 * n + j], Math.Exp(logVar[2 * n + j]));
        return Math.Exp(-0.5 * (at - m) * (at - m) / v) / Math.Sqrt(2 * Math.PI * v);
    }
}

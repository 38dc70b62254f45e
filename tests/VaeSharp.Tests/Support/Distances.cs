namespace VaeSharp.Tests.Support;

/// <summary>
/// The distribution of the distance r of a Riemannian normal distribution's draws from its mean, a density ∝ (sinh(√c r)/√c)^(Z−1)
/// exp(−r²/2σ²), by Simpson's rule on a fine grid and nothing of the library.
/// </summary>
internal sealed class Distances
{
    private const int Steps = 20_000;
    private readonly double[] r = new double[Steps + 1];
    private readonly double[] share = new double[Steps + 1];
    private readonly double[] below = new double[Steps + 1];

    public Distances(long dimension, double sigma, double curvature)
    {
        var (root, n) = (Math.Sqrt(curvature), dimension - 1);
        // Where the density is largest: its logarithm is concave.
        var (low, high) = (0.0, n * sigma * sigma * root + Math.Sqrt(n) * sigma + sigma);
        for (var i = 0; i < 300; i++)
        {
            var (left, right) = (low + (high - low) / 3, high - (high - low) / 3);
            (low, high) = Log(left) < Log(right) ? (left, high) : (low, right);
        }
        var (least, most) = (Math.Max(0, low - 12 * sigma), low + 12 * sigma);
        var step = (most - least) / Steps;
        var density = new double[Steps + 1];
        for (var i = 0; i <= Steps; i++)
        {
            r[i] = least + i * step;
            density[i] = Math.Exp(Log(r[i]) - Log(low));
            share[i] = density[i] * step / 3 * (i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2);
            below[i] = i == 0 ? 0 : below[i - 1] + step * (density[i - 1] + density[i]) / 2;
        }
        var total = share.Sum();
        LogIntegral = Log(low) + Math.Log(total);
        for (var i = 0; i <= Steps; i++)
            (share[i], below[i]) = (share[i] / total, below[i] / below[Steps]);

        double Log(double at)
        {
            var rho = root * at;
            var sinh = rho < 1 ? Math.Log(Math.Sinh(rho)) : rho + Math.Log(1 - Math.Exp(-2 * rho)) - Math.Log(2);
            return (n == 0 ? 0 : n * (sinh - Math.Log(root))) - at * at / (2 * sigma * sigma);
        }
    }

    /// <summary>log ∫ (sinh(√c r)/√c)^(Z−1) exp(−r²/2σ²) dr.</summary>
    public double LogIntegral { get; }

    /// <summary>E f(r).</summary>
    public double Mean(Func<double, double> f) => r.Zip(share, (at, weight) => weight == 0 ? 0 : weight * f(at)).Sum();

    /// <summary>The distribution function of r.</summary>
    public Tensor Cdf(Tensor at) => tensor(Array.ConvertAll(at.to_type(float64).contiguous().data<double>().ToArray(), value =>
    {
        var place = (value - r[0]) / (r[1] - r[0]);
        if (place <= 0 || place >= Steps)
            return place <= 0 ? 0.0 : 1.0;
        var (i, rest) = ((int)place, place - (int)place);
        return below[i] + rest * (below[i + 1] - below[i]);
    }));
}

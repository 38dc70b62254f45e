using VaeSharp.Objectives;

namespace VaeSharp.Tests.Objectives;

/// <summary>The maximum mean discrepancy, against closed forms of normal distributions and sums written out.</summary>
public sealed class MeanDiscrepancyTests
{
    private const int Z = 3;
    private const int N = 8;

    public static TheoryData<string> Kernels => ["imq", "rbf"];

    private static KernelSpec Kernel(string name, params double[] scales) =>
        name == "imq" ? new ImqKernel { Scales = scales } : new RbfKernel { Scales = scales };

    /// <summary>
    /// E exp(−‖a − b‖²/C) of independent normal a, b whose difference is N(δ, v I): (C/(C + 2v))^{Z/2} exp(−‖δ‖²/(C + 2v)). The inverse
    /// multiquadratic kernel is ∫ e⁻ᵗ exp(−t ‖a − b‖²/C) dt over t from 0.
    /// </summary>
    private static double Expected(string name, double scale, double squaredShift, double variance)
    {
        var c = 2 * Z * scale;
        if (name == "rbf")
            return Gaussian(c);
        const double step = 1e-3;
        return Enumerable.Range(0, 40_000).Select(i => (i + 0.5) * step).Sum(t => step * Math.Exp(-t) * Gaussian(c / t));

        double Gaussian(double width) =>
            Math.Pow(width / (width + 2 * variance), Z / 2.0) * Math.Exp(-squaredShift / (width + 2 * variance));
    }

    /// <summary>
    /// The estimate is unbiased: its mean over many small batches is MMD² itself, which a biased one of eight draws misses by far.
    /// </summary>
    [Theory, MemberData(nameof(Kernels))]
    public void The_mean_over_batches_is_the_discrepancy_of_two_normal_distributions(string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        const double shift = 0.8, spread = 0.5;
        double[] scales = [0.1, 1, 5];
        var one = spread * noise.Normal([4000, N, Z], CPU) + shift;
        var expected = scales.Sum(scale => Expected(name, scale, 0, 2 * spread * spread) + Expected(name, scale, 0, 2)
            - 2 * Expected(name, scale, Z * shift * shift, spread * spread + 1));
        Assert.True(expected > 0.1);
        Statistics.AssertMean(expected, MeanDiscrepancySpec.Between(one, noise.Normal([4000, N, Z], CPU), Kernel(name, scales)), 1e-5);
    }

    /// <summary>
    /// The codes of a data set of ten examples, against N(0, I): the mean over minibatches of what is drawn is the discrepancy of the
    /// mixture of ten normal distributions, of which every pair has a closed form.
    /// </summary>
    [Theory, MemberData(nameof(Kernels))]
    public void Of_the_codes_of_ten_examples_it_is_that_of_their_mixture(string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(6);
        var q = new TenPoints().All();
        var (mean, variance) = (Numbers(q.Mean), Numbers(q.LogVar.exp()));
        const double scale = 0.5, c = 2 * 2 * scale;
        const int n = TenPoints.N;
        var expected = Pairs(n, n, (i, j) => Of(i, j)) + Of(n, n) - 2 * Pairs(n, 1, (i, _) => Of(i, n));
        var examples = (noise.Uniform([4000 * N], CPU) * n).to_type(int64).clamp(0, n - 1);
        var draws = (0.5 * q.LogVar.index_select(0, examples)).exp() * noise.Normal([4000 * N, 2], CPU);
        var z = (q.Mean.index_select(0, examples) + draws).view(4000, N, 2);
        Assert.True(expected > 0.02, $"{expected}");
        Statistics.AssertMean(expected, MeanDiscrepancySpec.Between(z, noise.Normal([4000, N, 2], CPU), Kernel(name, scale)), 1e-5);

        static double[] Numbers(Tensor x) => x.to_type(float64).contiguous().data<double>().ToArray();

        static double Pairs(int rows, int columns, Func<int, int, double> k) =>
            Enumerable.Range(0, rows).Average(i => Enumerable.Range(0, columns).Average(j => k(i, j)));

        // Example i and example j; the eleventh is the prior.
        double Of(int i, int j)
        {
            if (name == "rbf")
                return Gaussian(c);
            const double step = 1e-3;
            return Enumerable.Range(0, 40_000).Select(t => (t + 0.5) * step).Sum(t => step * Math.Exp(-t) * Gaussian(c / t));

            double Gaussian(double width) => Enumerable.Range(0, 2).Aggregate(1.0, (product, unit) =>
            {
                var (shift, spread) = (At(mean, i, unit, 0) - At(mean, j, unit, 0), At(variance, i, unit, 1) + At(variance, j, unit, 1));
                return product * Math.Sqrt(width / (width + 2 * spread)) * Math.Exp(-shift * shift / (width + 2 * spread));
            });
        }

        static double At(double[] numbers, int example, int unit, double ofPrior) => example == n ? ofPrior : numbers[2 * example + unit];
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Of_equal_distributions_it_is_zero_in_the_mean(string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var (one, other) = (noise.Normal([4000, N, Z], CPU), noise.Normal([4000, N, Z], CPU));
        Statistics.AssertMean(0, MeanDiscrepancySpec.Between(one, other, Kernel(name, 0.1, 1, 5)), 1e-5);
    }

    /// <summary>Gretton et al. 2012, eq. 3, pair by pair in double precision.</summary>
    [Theory, MemberData(nameof(Kernels))]
    public void It_is_the_sum_over_pairs(string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        double[] scales = [0.2, 1, 3];
        var (a, b) = (noise.Normal([2, N, Z], CPU), 0.5 + noise.Normal([2, N, Z], CPU));
        var found = MeanDiscrepancySpec.Between(a, b, Kernel(name, scales));
        for (var s = 0; s < 2; s++)
        {
            double[][] x = Rows(a[s]), y = Rows(b[s]);
            var expected = (Pairs(x, x, own: false) + Pairs(y, y, own: false)) / (N * (N - 1)) - 2 * Pairs(x, y, own: true) / (N * N);
            Check.Close(expected, found[s].item<float>(), 1e-4, 1e-5);
        }

        double Pairs(double[][] x, double[][] y, bool own) => Enumerable.Range(0, N).Sum(i => Enumerable.Range(0, N)
            .Where(j => own || i != j).Sum(j => K(x[i].Zip(y[j], (p, q) => (p - q) * (p - q)).Sum())));

        double K(double squared) => scales.Sum(s => name == "imq" ? 2 * Z * s / (2 * Z * s + squared) : Math.Exp(-squared / (2 * Z * s)));

        static double[][] Rows(Tensor x) => [.. x.to_type(float64).contiguous().data<double>().ToArray().Chunk(Z)];
    }

    /// <summary>One draw tells nothing of a distribution.</summary>
    [Fact]
    public void Of_one_draw_it_is_zero_with_a_gradient_of_zero()
    {
        using var scope = NewDisposeScope();
        var z = ones([1, 1, Z], requires_grad: true);
        var found = MeanDiscrepancySpec.Between(z, zeros([1, 1, Z]), new ImqKernel());
        found.sum().backward();
        Check.Close(zeros(1), found, 0, 0);
        Check.Close(zeros(1, 1, Z), z.grad!, 0, 0);
    }
}

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

using VaeSharp.Distributions;
using VaeSharp.Likelihoods;

namespace VaeSharp.Tests.Likelihoods;

/// <summary>Student's density, its gradients in all three parameters, and its limits.</summary>
public sealed class StudentTTests
{
    public static TheoryData<double, double> Shapes => new() { { 0.5, 1 }, { 1, 1 }, { 1.01, 3 }, { 4, 0.01 }, { 30, 1 }, { 1e6, 2 } };

    private static StudentT Of(double mean, double logScale, double nu) =>
        new(Slope.Doubles(mean), Slope.Doubles(logScale), Slope.Doubles(nu), 0);

    /// <summary>x = s sinh y: in y even the tails of half a degree of freedom fall exponentially.</summary>
    [Theory, MemberData(nameof(Shapes))]
    public void The_density_integrates_to_one(double nu, double scale)
    {
        using var scope = NewDisposeScope();
        const double step = 1e-3;
        var y = arange(-60, 60, step, dtype: float64);
        var mass = Of(0, Math.Log(scale), nu).LogProb(scale * y.sinh()).exp() * y.cosh() * (scale * step);
        Check.Close(1, mass.sum().item<double>(), 1e-7);
        if (nu > 2)
            Check.Close(0, (mass * scale * y.sinh()).sum().item<double>(), 0, 1e-7);
    }

    [Fact]
    public void One_degree_of_freedom_is_Cauchys_density()
    {
        using var scope = NewDisposeScope();
        var x = Slope.Doubles(-30, -1, 0, 0.4, 5);
        Check.Close(-(Math.PI * 2 * (1 + (x / 2).square())).log(), Of(0, Math.Log(2), 1).LogProb(x), 1e-7, 1e-7);
    }

    /// <summary>log densities differ by (t⁴ − 2t² − 1)/4ν and terms in 1/ν²: 57/ν at four standard deviations.</summary>
    [Theory, InlineData(1e4), InlineData(1e6), InlineData(1e9)]
    public void Many_degrees_of_freedom_are_normal_noise(double nu)
    {
        using var scope = NewDisposeScope();
        var x = linspace(-4, 4, 9, dtype: float64);
        var normal = new Normal(zeros(1, dtype: float64), zeros(1, dtype: float64), 0).LogProb(x);
        Check.Close(normal, Of(0, 0, nu).LogProb(x), 0, 60 / nu + 1e-7);
        var single = new StudentT(zeros(1), zeros(1), full(1, nu, dtype: float32), 0).LogProb(x.to_type(float32));
        Check.Close(normal, single.to_type(float64), 0, 60 / nu + 3e-6);                       // nothing cancels in single precision either
    }

    /// <summary>log Γ(z + ½) − log Γ(z) against libtorch's own logarithms of gamma functions, in double precision.</summary>
    [Fact]
    public void The_quotient_of_gamma_functions_is_theirs()
    {
        using var scope = NewDisposeScope();
        var z = Slope.Doubles(1e-3, 0.1, 0.5, 1, 1.7, 3, 10, 100, 1000);
        var expected = (z + 0.5).lgamma() - z.lgamma();
        Check.Close(expected, StudentT.LogGammaQuotient(z), 1e-7, 1e-7);
        Check.Close(expected, StudentT.LogGammaQuotient(z.to_type(float32)).to_type(float64), 1e-6, 1e-6);
    }

    /// <summary>
    /// First and second derivatives of the log density in mean, log scale and degrees of freedom, against differences of the density with
    /// libtorch's logarithm of the gamma function.
    /// </summary>
    [Theory, InlineData(1.2), InlineData(4.0), InlineData(50.0)]
    public void Gradients_are_the_limits_of_differences(double nu)
    {
        using var scope = NewDisposeScope();
        foreach (var x in new[] { 0.0, 0.8, -6.0 })
        {
            var at = Slope.Doubles(x);
            Compare(m => new StudentT(m, Slope.Doubles(0.3), Slope.Doubles(nu), 0).LogProb(at), m => Density(x, m, 0.3, nu), 0.1);
            Compare(s => new StudentT(Slope.Doubles(0.1), s, Slope.Doubles(nu), 0).LogProb(at), s => Density(x, 0.1, s, nu), 0.3);
            Compare(n => new StudentT(Slope.Doubles(0.1), Slope.Doubles(0.3), n, 0).LogProb(at), n => Density(x, 0.1, 0.3, n), nu);
        }

        static void Compare(Func<Tensor, Tensor> found, Func<double, double> expected, double at)
        {
            var (value, first, second) = Slope.Of(found, Slope.Doubles(at));
            var (slope, curvature) = Slope.Differences(expected, at, h: 1e-3);
            Check.Close(expected(at), value[0], 1e-7, 1e-7);
            Check.Close(slope, first[0], 1e-5, 1e-5);
            Check.Close(curvature, second[0], 1e-4, 1e-5);
        }

        static double Density(double x, double mean, double logScale, double nu)
        {
            var t = (x - mean) / Math.Exp(logScale);
            var gammas = Slope.Numbers(Slope.Doubles((nu + 1) / 2, nu / 2).lgamma());
            return gammas[0] - gammas[1] - 0.5 * Math.Log(Math.PI * nu) - logScale - (nu + 1) / 2 * Math.Log(1 + t * t / nu);
        }
    }

    /// <summary>Closed distribution functions: ½ + arctan(t)/π of one degree, ½ + t/2√(2 + t²) of two, the normal one of many.</summary>
    [Theory, InlineData(1.0), InlineData(2.0), InlineData(1e8)]
    public void Draws_fit_the_distribution_function(double nu)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(34);
        var p = new StudentT(full(10, 1.5, dtype: float32), full(1, Math.Log(0.3), dtype: float32), full(1, nu, dtype: float32), 1);
        Statistics.AssertFits((p.Sample(10_000, noise) - 1.5) / 0.3, t => nu switch
        {
            1 => 0.5 + t.atan() / Math.PI,
            2 => 0.5 + t / (2 * (2 + t.square()).sqrt()),
            _ => 0.5 * (1 + (t / Math.Sqrt(2)).erf()),
        });
    }

    /// <summary>Whatever comes from the decoder, ν is above 1 and s above e⁻⁶, and gradients are numbers.</summary>
    [Theory, InlineData(-100f), InlineData(0f), InlineData(100f)]
    public void Decoded_noise_stays_in_its_range(float output)
    {
        using var scope = NewDisposeScope();
        var likelihood = new StudentTLikelihoodSpec().Build(new DataSpec(4));
        var parameters = full([2, 3, 4], output, dtype: float32).requires_grad_();
        var p = (StudentT)likelihood.For(parameters, null);
        Assert.True(p.DegreesOfFreedom.min().item<float>() >= 1 && p.LogScale.min().item<float>() >= -6);
        if (output == 0)
        {
            Check.Close(full([2, 4], 4f), p.DegreesOfFreedom);
            Check.Close(full([2, 4], (float)Math.Log(0.25)), p.LogScale, 0, 1e-6);
        }
        var loss = -p.LogProb(full([2, 4], 0.3f)).mean();
        loss.backward();
        Assert.True(Check.IsFinite(loss) && Check.IsFinite(parameters.grad!));
    }

    /// <summary>The three sources are one density where they have the same numbers, and only a fixed one has a constant.</summary>
    [Fact]
    public void Fixed_learned_and_decoded_noise_start_the_same()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(35);
        var (mean, x) = (noise.Normal([6, 1, 5], CPU), noise.Uniform([6, 5], CPU));
        var densities = Enum.GetValues<NoiseSource>().Select(source =>
        {
            var likelihood = new StudentTLikelihoodSpec { Noise = source, Scale = 0.2, DegreesOfFreedom = 3 }.Build(new DataSpec(5));
            var parameters = source == NoiseSource.Decoded ? cat([mean, zeros(6, 2, 5)], 1) : mean;
            Assert.Equal(likelihood.Parameters, parameters.size(1));
            Assert.Equal(source == NoiseSource.Fixed, likelihood.Constant != 0);
            Assert.Equal(source == NoiseSource.Learned ? 2 : 0, likelihood.parameters().Count());
            return likelihood.For(parameters, null).LogProb(x);
        }).ToList();
        Check.Close(densities[0], densities[1]);
        Check.Close(densities[0], densities[2]);
    }

    [Fact]
    public void The_constant_is_what_a_perfect_reconstruction_costs()
    {
        using var scope = NewDisposeScope();
        var spec = new StudentTLikelihoodSpec { Noise = NoiseSource.Fixed, Mean = MeanLink.Identity, Scale = 0.3 };
        var likelihood = spec.Build(new DataSpec(5));
        var x = full([2, 5], 0.4, dtype: float32);
        Check.Close(likelihood.Constant, -likelihood.For(x.unsqueeze(1), null).LogProb(x).mean().item<float>());
    }
}

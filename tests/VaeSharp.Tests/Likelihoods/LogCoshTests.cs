using VaeSharp.Distributions;
using VaeSharp.Likelihoods;

namespace VaeSharp.Tests.Likelihoods;

/// <summary>The log-cosh density: normalised, and between Laplace's and the normal one.</summary>
public sealed class LogCoshTests
{
    public static TheoryData<double, double> Shapes => new()
    {
        { 0.01, 1 }, { 0.3, 2 }, { 1, 1 }, { 10, 1 }, { 10, 0.05 }, { 100, 3 }, { 1e4, 1 },
    };

    /// <summary>
    /// x = b sinh y, so that a sharp centre and long tails get their share of points; the trapezoidal rule has no error that counts.
    /// </summary>
    [Theory, MemberData(nameof(Shapes))]
    public void The_density_integrates_to_one_and_is_centred(double sharpness, double scale)
    {
        using var scope = NewDisposeScope();
        var width = scale / Math.Min(1, Math.Sqrt(sharpness));
        const double step = 1e-4;
        var y = arange(-8, 8, step, dtype: float64);
        var mass = new LogCosh(zeros(1, dtype: float64), sharpness, scale, 0).LogProb(width * y.sinh()).exp() * y.cosh() * (width * step);
        Check.Close(1, mass.sum().item<double>(), 1e-8);
        Check.Close(0, (mass * y.sinh()).sum().item<double>(), 0, 1e-8);
    }

    [Fact]
    public void It_is_the_papers_loss_and_a_constant()
    {
        using var scope = NewDisposeScope();
        var t = Slope.Doubles(-3, -0.5, -1e-3, 0, 0.2, 1, 5);
        var p = new LogCosh(zeros(1, dtype: float64), 10, 1, 0);
        var loss = Slope.Numbers(t).Select(value => Math.Log(Math.Cosh(10 * value)) / 10).ToArray();
        Check.Close(Slope.Doubles(loss), p.LogProb(zeros(1, dtype: float64)) - p.LogProb(t), 1e-7, 1e-9);
    }

    /// <summary>Γ(½) = √π: for a = 1 the density is 1/(π cosh t), for a = ½ it is 1/(4 cosh² (t/2)), the logistic one.</summary>
    [Fact]
    public void The_hyperbolic_secant_and_the_logistic_density_are_among_them()
    {
        using var scope = NewDisposeScope();
        var t = Slope.Doubles(-4, -1, 0, 0.3, 2);
        Check.Close(-(Math.PI * t.cosh()).log(), new LogCosh(zeros(1, dtype: float64), 1, 1, 0).LogProb(t), 1e-7, 1e-7);
        Check.Close(-(4 * (0.5 * t).cosh().square()).log(), new LogCosh(zeros(1, dtype: float64), 0.5, 1, 0).LogProb(t), 1e-7, 1e-7);
    }

    /// <summary>|t| − log 2/a ≤ (1/a) log cosh(a t) ≤ |t|, so log densities differ by at most twice log 2/a.</summary>
    [Fact]
    public void For_large_sharpness_it_is_Laplaces()
    {
        using var scope = NewDisposeScope();
        var (x, mean) = (Slope.Doubles(-9, -1, 0, 0.1, 4), Slope.Doubles(0.1));
        var laplace = new Laplace(mean, full(1, Math.Log(0.7), dtype: float64), 0).LogProb(x);
        Check.Close(laplace, new LogCosh(mean, 1e4, 0.7, 0).LogProb(x), 0, 2 * Math.Log(2) / 1e4);
    }

    /// <summary>
    /// log cosh u = u²/2 − u⁴/12 + …: at a = 0.01 and four standard deviations, which are t = 4/√a, 2a · 4⁴/12 is left at most.
    /// </summary>
    [Fact]
    public void For_small_sharpness_it_is_the_normal_density_of_variance_one_over_it()
    {
        using var scope = NewDisposeScope();
        const double a = 0.01;
        var x = 3 * linspace(-4, 4, 9, dtype: float64) / Math.Sqrt(a);
        var normal = new Normal(zeros(1, dtype: float64), full(1, Math.Log(9 / a), dtype: float64), 0).LogProb(x);
        Check.Close(normal, new LogCosh(zeros(1, dtype: float64), a, 3, 0).LogProb(x), 0, 2 * a * 256 / 12);
    }

    /// <summary>
    /// The slope is tanh(a t)/b and its slope (a/b²) sech²(a t), at the mean too, where forms with |t| have no second derivative.
    /// </summary>
    [Theory, InlineData(10.0, 1.0), InlineData(0.5, 0.2)]
    public void Its_slopes_are_the_hyperbolic_tangents(double sharpness, double scale)
    {
        using var scope = NewDisposeScope();
        var x = new[] { -2f, -0.1f, 0f, 0.03f, 1f, 50f };
        var (_, first, second) = Slope.Of(at => -new LogCosh(zeros(1), sharpness, scale, 0).LogProb(at), tensor(x));
        for (var i = 0; i < x.Length; i++)
        {
            var tanh = Math.Tanh(sharpness * x[i] / scale);
            Check.Close(tanh / scale, first[i], 1e-5, 1e-6);
            Check.Close(sharpness / (scale * scale) * (1 - tanh * tanh), second[i], 1e-5, 1e-5);
        }
    }

    /// <summary>The distribution function by quadrature of the density, which is tested above.</summary>
    [Theory, MemberData(nameof(Shapes))]
    public void Draws_fit_the_distribution_function(double sharpness, double scale)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(33);
        var p = new LogCosh(full(4, 0.3, dtype: float32), sharpness, scale, 1);
        var draws = p.Sample(25_000, noise).to_type(float64) - 0.3;
        Assert.True(Check.IsFinite(draws));
        var width = scale / Math.Min(1, Math.Sqrt(sharpness));
        const double step = 1e-4;
        var y = arange(-8, 8, step, dtype: float64);
        var density = new LogCosh(zeros(1, dtype: float64), sharpness, scale, 0).LogProb(width * y.sinh()).exp();
        var cumulative = (density * y.cosh() * (width * step)).cumsum(0);
        // Between two points of the grid the function grows by less than 10⁻⁴.
        Statistics.AssertFits(draws, x =>
            cumulative.index_select(0, (((x / width).asinh() + 8) / step).to_type(int64).clamp(0, y.size(0) - 1)));
    }

    [Fact]
    public void The_constant_is_what_a_perfect_reconstruction_costs()
    {
        using var scope = NewDisposeScope();
        var likelihood = new LogCoshLikelihoodSpec { Mean = MeanLink.Identity, Scale = 0.3 }.Build(new DataSpec(5));
        var x = full([2, 5], 0.4, dtype: float32);
        Check.Close(likelihood.Constant, -likelihood.For(x.unsqueeze(1), null).LogProb(x).mean().item<float>());
    }
}

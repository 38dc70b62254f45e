using VaeSharp.Distributions;
using VaeSharp.Tests.Distributions;

namespace VaeSharp.Tests.Sampling;

/// <summary>Draws on the sphere: that they fit, and that their pathwise gradients are exact.</summary>
public sealed class SphericalSamplerTests
{
    private const long Draws = 40_000;

    public static MatrixTheoryData<string, long, double> Cases =>
        new(["von-mises-fisher", "power-spherical"], [2L, 3, 4, 12, 512], [1e-3, 1, 20, 1e3, 1e6]);

    public static MatrixTheoryData<string, double> InThreeDimensions =>
        new(["von-mises-fisher", "power-spherical"], [1e-3, 1, 20, 1e3, 1e6]);

    /// <summary>The angle to μ has its distribution, and the direction away from μ is uniform, whichever way the axis is turned.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Draws_fit_the_distribution(string family, long dimension, double kappa)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(31);
        foreach (var sign in new[] { 1, -1 })
        {
            var count = dimension > 100 ? Draws / 8 : Draws;
            var mean = SphericalTests.Direction(dimension, sign);
            var z = SphericalTests.Of(family, mean, full(1, kappa, dtype: float64)).Rsample(count, noise).Z.squeeze(1);
            Check.Close(ones(count, dtype: float64), z.norm(-1), 1e-6);                          // directions are in single precision
            var s = 0.5 * (z - mean).square().sum(dim: -1L);
            Statistics.AssertFits(s, new Latitude(dimension, kappa, SphericalTests.Exponent(family)).Cdf);

            var tangent = Tangent(mean);
            var along = (z * tangent).sum(dim: -1L) / (s * (2 - s)).sqrt();
            if (dimension == 2)
                Statistics.AssertFits([along.gt(0).sum().item<long>(), along.lt(0).sum().item<long>()], [0.5, 0.5]);
            else
                Statistics.AssertFits(1 - along.clamp(-1, 1), new Latitude(dimension - 1, 0, Latitude.VonMisesFisher).Cdf);
        }
    }

    /// <summary>In single precision, as models draw: no draw leaves the sphere, and none is lost.</summary>
    [Theory, InlineData("von-mises-fisher"), InlineData("power-spherical")]
    public void Draws_in_single_precision_fit_too(string family)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(32);
        var mean = SphericalTests.Direction(5).to_type(float32);
        var draw = SphericalTests.Of(family, mean, full(1, 200.0, dtype: float32)).Rsample(Draws, noise);
        Assert.Equal(float32, draw.Z.dtype);
        Check.Close(ones(Draws, 1), draw.Z.norm(-1), 1e-6);
        Statistics.AssertFits(0.5 * (draw.Z - mean).square().sum(dim: -1L), new Latitude(5, 200, SphericalTests.Exponent(family)).Cdf);
    }

    [Theory, InlineData(2), InlineData(3), InlineData(10)]
    public void Uniform_draws_fit(long dimension)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(33);
        var z = new UniformSphere(dimension, CPU).Rsample(Draws, noise).Z;
        var direction = SphericalTests.Direction(dimension).to_type(float32);
        Statistics.AssertFits(1 - (z * direction).sum(dim: -1L).clamp(-1, 1), new Latitude(dimension, 0, Latitude.VonMisesFisher).Cdf);
    }

    /// <summary>
    /// Draws are moved as the distribution changes: d/dκ E f(s) = Cov(f, h) is E f′(s) ∂s/∂κ, here as sums over all s, for f = s and s², at
    /// any concentration and dimension.
    /// </summary>
    [Theory, MemberData(nameof(Cases))]
    public void Implicit_derivatives_move_every_mean_as_it_moves(string family, long dimension, double kappa)
    {
        var latitude = new Latitude(dimension, kappa, SphericalTests.Exponent(family));
        using var scope = NewDisposeScope();
        var heights = SphericalTests.Of(family, SphericalTests.Direction(dimension), full(1, kappa, dtype: float64)).Heights;
        var (meanH, meanS, meanSquare) = (latitude.Mean((_, h) => h), latitude.Mean((s, _) => s), latitude.Mean((s, _) => s * s));
        var first = latitude.Mean((s, _) => Slope(s));
        Check.Close(latitude.Mean((s, h) => (s - meanS) * (h - meanH)), first, 1e-7, 0);
        var second = latitude.Mean((s, _) => 2 * s * Slope(s));
        Check.Close(latitude.Mean((s, h) => (s * s - meanSquare) * (h - meanH)), second, 1e-7, 0);

        double Slope(double s) => heights.Slope(kappa, meanH, Math.Min(s, Math.BitDecrement(2)));   // draws are never opposite to μ
    }

    /// <summary>In three dimensions the distribution function has an inverse: each draw's derivative, not only their mean.</summary>
    [Theory, MemberData(nameof(InThreeDimensions))]
    public void Implicit_derivatives_are_those_of_the_closed_form_draw_by_draw(string family, double kappa)
    {
        using var scope = NewDisposeScope();
        var concentration = full(1000, kappa, dtype: float64).requires_grad_();
        var u = linspace(0.0005, 0.9995, 1000, dtype: float64);
        var s = family == "power-spherical"
            ? 2 * (1 - (u.log() / (1 + concentration)).exp())
            : -(1 - u * (1 - (-2 * concentration).exp())).log() / concentration;
        s.sum().backward();
        var latitude = new Latitude(3, kappa, SphericalTests.Exponent(family));
        var heights = SphericalTests.Of(family, SphericalTests.Direction(3), full(1, kappa, dtype: float64)).Heights;
        var mean = latitude.Mean((_, h) => h);
        var slopes = s.data<double>().ToArray().Select(value => heights.Slope(kappa, mean, value)).ToArray();
        Check.Close(concentration.grad!, tensor(slopes), 1e-6, 1e-9 / (kappa + 1) + 1e-13 / (kappa * kappa));
    }

    /// <summary>d/dκ E μᵀz, from the gradients of draws: A′(κ) for the von Mises–Fisher distribution.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Pathwise_gradients_of_the_concentration_have_the_right_mean(string family, long dimension, double kappa)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(34);
        var count = dimension > 100 ? 1000 : 5000;
        var mean = SphericalTests.Direction(dimension);
        var concentration = full(count, kappa, dtype: float64).requires_grad_();
        var z = SphericalTests.Of(family, mean.expand(count, dimension), concentration).Rsample(1, noise).Z;
        // −½ ‖z − μ‖² is μᵀz − 1 on the sphere; what rounding of z leaves of the rest has no mean.
        (-0.5 * (z - mean).square()).sum().backward();
        var latitude = new Latitude(dimension, kappa, SphericalTests.Exponent(family));
        var (meanH, meanS) = (latitude.Mean((_, h) => h), latitude.Mean((s, _) => s));
        var expected = -latitude.Mean((s, h) => (s - meanS) * (h - meanH));
        Statistics.AssertMean(1, concentration.grad! / expected, rounding: 1e-6);
    }

    /// <summary>
    /// Gradients by the mean direction, through its normalisation: E aᵀz = A aᵀμ moves by A (a − μ aᵀμ), and E (aᵀz)² by
    /// 2 (E t² − (1 − E t²)/(m − 1)) aᵀμ (a − μ aᵀμ). On both ways of turning the axis, and at its two ends.
    /// </summary>
    [Theory, InlineData(4, 1, 3.0), InlineData(4, -1, 3.0), InlineData(2, -1, 30.0), InlineData(3, 2, 0.5), InlineData(3, -2, 1e4)]
    public void Pathwise_gradients_of_the_direction_have_the_right_mean(long dimension, int way, double kappa)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(35);
        const int count = 20_000;
        var start = Math.Abs(way) == 2 ? Math.Sign(way) * eye(1, dimension, dtype: float64) : SphericalTests.Direction(dimension, way);
        var a = SphericalTests.Direction(dimension + 1).narrow(1, 0, dimension);
        var latitude = new Latitude(dimension, kappa, Latitude.VonMisesFisher);
        var (t, square) = (latitude.Mean((s, _) => 1 - s), latitude.Mean((s, _) => (1 - s) * (1 - s)));
        var across = (a * start).sum();
        var tangent = a - start * across;
        foreach (var power in new[] { 1, 2 })
        {
            var vector = start.expand(count, dimension).clone().requires_grad_();
            var q = new VonMisesFisher(Sphere.Direction(vector), full(count, kappa, dtype: float64));
            (q.Rsample(1, noise).Z * a).sum(dim: -1L).pow(power).sum().backward();
            var expected = power == 1 ? t * tangent : 2 * (square - (1 - square) / (dimension - 1)) * across * tangent;
            for (var i = 0; i < dimension; i++)
                Statistics.AssertMean(expected[0, i].item<double>(), vector.grad!.select(1, i), rounding: 1e-5);
        }
    }

    /// <summary>The gradient is added to the draws without changing them: with and without one they are the same.</summary>
    [Fact]
    public void Draws_do_not_depend_on_whether_somebody_asks_for_gradients()
    {
        using var scope = NewDisposeScope();
        var (first, second) = (new SeededNoise(36), new SeededNoise(36));
        var (mean, kappa) = (SphericalTests.Direction(6).to_type(float32), full(1, 3.0, dtype: float32));
        var plain = new VonMisesFisher(mean, kappa).Rsample(1000, first).Z;
        var led = new VonMisesFisher(mean, kappa.clone().requires_grad_()).Rsample(1000, second).Z;
        Check.Close(plain, led, 0, 0);
    }

    /// <summary>What is no number is no draw, and nothing waits for it.</summary>
    [Fact]
    public void A_concentration_that_is_no_number_has_draws_that_are_none()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(37);
        var kappa = tensor(new[] { 2f, float.NaN, float.PositiveInfinity }).requires_grad_();
        var z = new VonMisesFisher(SphericalTests.Direction(4).to_type(float32).expand(3, 4), kappa).Rsample(2, noise).Z;
        Assert.True(Check.IsFinite(z.select(1, 0)));
        Assert.True(z.narrow(1, 1, 2).isnan().all().item<bool>());
    }

    private static Tensor Tangent(Tensor mean)
    {
        var other = SphericalTests.Direction(mean.size(1) + 1).narrow(1, 1, mean.size(1));
        var along = other - mean * (other * mean).sum();
        return along / along.norm();
    }
}

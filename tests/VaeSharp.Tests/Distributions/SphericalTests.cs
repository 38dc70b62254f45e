using VaeSharp.Distributions;
using VaeSharp.Tests.Likelihoods;

namespace VaeSharp.Tests.Distributions;

/// <summary>The two families on the sphere: normalisers and divergences against sums over it.</summary>
public sealed class SphericalTests
{
    public static MatrixTheoryData<string, long, double> Cases =>
        new(["von-mises-fisher", "power-spherical"], [2L, 3, 4, 10, 512], [1e-3, 1, 10, 1e3, 1e6]);

    public static MatrixTheoryData<string, long, double> Low => new(["von-mises-fisher", "power-spherical"], [2L, 3, 4], [2, 6]);

    internal static Spherical Of(string family, Tensor mean, Tensor concentration) => family == "power-spherical"
        ? new PowerSpherical(mean, concentration)
        : new VonMisesFisher(mean, concentration);

    internal static Func<double, double> Exponent(string family) =>
        family == "power-spherical" ? Latitude.PowerSpherical : Latitude.VonMisesFisher;

    /// <summary>A direction whose first element has a sign, and so takes one of the two ways there: [1, m].</summary>
    internal static Tensor Direction(long dimension, int sign = 1)
    {
        using var noise = new SeededNoise(dimension);
        var mean = noise.Normal([1, dimension], CPU).to_type(float64);
        mean[0, 0] = sign * mean[0, 0].abs();
        return mean / mean.norm();
    }

    /// <summary>All points of a grid on the sphere in 2, 3 or 4 dimensions, which knows no mean direction; and the area of each.</summary>
    private static (Tensor Points, Tensor Area) Grid(long dimension)
    {
        if (dimension == 2)
        {
            var angle = 2 * Math.PI * arange(128, dtype: float64) / 128;
            return (stack([angle.cos(), angle.sin()], dim: 1), full(128, 2 * Math.PI / 128, dtype: float64));
        }
        var (around, area) = Grid(dimension - 1);
        var xi = linspace(-14, 14, 113, dtype: float64);
        var (height, radius) = (-xi.tanh(), 1 / xi.cosh());
        var points = cat([height.view(-1, 1, 1).expand(-1, around.size(0), 1), radius.view(-1, 1, 1) * around], dim: -1);
        return (points.flatten(0, 1), (0.25 * radius.pow(dimension - 1).unsqueeze(1) * area).flatten());
    }

    [Theory, MemberData(nameof(Low))]
    public void The_density_is_one_over_the_sphere_and_the_divergence_is_the_integral(string family, long dimension, double kappa)
    {
        using var scope = NewDisposeScope();
        var (points, area) = Grid(dimension);
        var q = Of(family, Direction(dimension), Slope.Doubles(kappa));
        var uniform = new UniformSphere(dimension, CPU);
        var logQ = q.LogProb(points);
        Check.Close(1, (uniform.LogProb(points).exp() * area).sum().item<double>(), 1e-6);
        Check.Close(1, (logQ.exp() * area).sum().item<double>(), 1e-6);
        Check.Close((logQ.exp() * (logQ - uniform.LogProb(points)) * area).sum().item<double>(),
            Kl.Total(q, uniform)!.item<double>(), 1e-6);
        // The mean direction is that of the mean.
        var mean = ((logQ.exp() * area).unsqueeze(1) * points).sum(dim: 0L);
        Check.Close(q.Mean.squeeze(0), mean / mean.norm(), 1e-6, 1e-6);
    }

    /// <summary>KL = κ E h − log E₀ exp(κh), and its derivative κ Var h, for every κ in single precision's inputs.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Divergence_and_its_gradient_are_right_at_any_concentration(string family, long dimension, double kappa)
    {
        using var scope = NewDisposeScope();
        var (uniform, tilted) = (new Latitude(dimension, 0, Exponent(family)), new Latitude(dimension, kappa, Exponent(family)));
        var concentration = Slope.Doubles(kappa).requires_grad_();
        var q = Of(family, Direction(dimension), concentration);
        var divergence = Kl.Total(q, new UniformSphere(dimension, CPU))!;
        divergence.sum().backward();
        var mean = tilted.Mean((_, h) => h);
        var expected = kappa * mean - (tilted.LogIntegral - uniform.LogIntegral);
        // Logarithms of gamma functions are of order κ log κ, and so is their rounding.
        var rounding = family == "power-spherical" ? 1e-15 * (kappa + dimension) * 30 : 1e-12;
        Check.Close(expected, divergence.item<double>(), 1e-9, rounding + 1e-12);
        Check.Close(kappa * tilted.Mean((_, h) => (h - mean) * (h - mean)), concentration.grad!.item<double>(), 1e-6, 1e-13);
        Assert.True(divergence.item<double>() > -rounding);

        var single = Of(family, Direction(dimension).to_type(float32), full(1, kappa, dtype: float32));
        Check.Close(expected, Kl.Total(single, new UniformSphere(dimension, CPU))!.item<float>(), 1e-5, 1e-6);
    }

    /// <summary>
    /// Far from 0 a von Mises–Fisher distribution is N(μ, 1/κ) in the m − 1 directions along the sphere, whose negative entropy is
    /// ½ (m − 1) log κ/2πe. The next term is (m − 1)(m − 3)/8κ or less.
    /// </summary>
    [Theory, InlineData(2), InlineData(4), InlineData(64), InlineData(512)]
    public void For_large_concentrations_the_divergence_is_that_of_a_normal_distribution(long dimension)
    {
        using var scope = NewDisposeScope();
        var (m, kappa) = (dimension, 1e6);
        var expected = 0.5 * (m - 1) * Math.Log(kappa / (2 * Math.PI * Math.E)) + UniformSphere.LogArea(m);
        var found = Kl.Total(new VonMisesFisher(Direction(m), Slope.Doubles(kappa)), new UniformSphere(m, CPU))!.item<double>();
        Check.Close(expected, found, 0, m * m / (4 * kappa));
    }

    [Fact]
    public void Areas_are_those_that_everyone_knows()
    {
        Check.Close(2 * Math.PI, Math.Exp(UniformSphere.LogArea(2)), 1e-13);
        Check.Close(4 * Math.PI, Math.Exp(UniformSphere.LogArea(3)), 1e-13);
        Check.Close(2 * Math.PI * Math.PI, Math.Exp(UniformSphere.LogArea(4)), 1e-13);
    }

    /// <summary>Without concentration, both are uniform.</summary>
    [Theory, InlineData("von-mises-fisher"), InlineData("power-spherical")]
    public void Without_concentration_it_is_uniform(string family)
    {
        using var scope = NewDisposeScope();
        var (points, _) = Grid(3);
        var q = Of(family, Direction(3), Slope.Doubles(0));
        Check.Close(new UniformSphere(3, CPU).LogProb(points), q.LogProb(points), 1e-12, 1e-12);
        Check.Close(0, Kl.Total(q, new UniformSphere(3, CPU))!.item<double>(), 0, 1e-14);

        // The projection of uniform points of the sphere on any axis is uniform itself: Archimedes.
        using var noise = new SeededNoise(2);
        Statistics.AssertFits(q.Rsample(20_000, noise).Z.select(-1, 0).flatten(), height => 0.5 * (1 + height));
    }

    [Theory, MemberData(nameof(Low))]
    public void A_detached_distribution_has_the_same_density_and_no_gradient(string family, long dimension, double kappa)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var (mean, concentration) = (Direction(dimension).requires_grad_(), Slope.Doubles(kappa).requires_grad_());
        var q = Of(family, mean, concentration);
        var draw = q.Rsample(20, noise);
        Assert.True(draw.Z.requires_grad);
        Check.Close(q.LogProb(draw.Z), draw.LogQ!, 1e-6, 1e-6);                                   // directions are in single precision
        Check.Close(q.LogProb(draw.Z), q.Detached().LogProb(draw.Z), 0, 0);
        Assert.False(q.Detached().LogProb(draw.Z.detach()).requires_grad);
        Assert.False(q.Sample(3, noise).requires_grad);
        Assert.Null(Kl.ByUnit(q, new UniformSphere(dimension, CPU)));
    }

    /// <summary>Draws stay on the sphere at any temperature; at 0 all are μ, at ½ the angles are half.</summary>
    [Theory, InlineData("von-mises-fisher"), InlineData("power-spherical"), InlineData("uniform")]
    public void Draws_of_any_temperature_are_on_the_sphere(string family)
    {
        using var scope = NewDisposeScope();
        var (first, again, at0) = (new SeededNoise(4), new SeededNoise(4), new SeededNoise(5));
        var pole = family == "uniform" ? eye(1, 4, dtype: float32) : Direction(4).to_type(float32);
        Distribution q = family == "uniform" ? new UniformSphere(4, CPU) : Of(family, pole, full(1, 5.0, dtype: float32));
        var (whole, half) = (q.Sample(500, first, 1).view(500, 4), q.Sample(500, again, 0.5).view(500, 4));
        Check.Close(ones(500), half.norm(-1), 1e-6);
        Check.Close(Angles(whole) / 2, Angles(half), 1e-4, 1e-5);
        Check.Close(pole.expand(500, 4), q.Sample(500, at0, 0).view(500, 4), 0, 1e-6);

        Tensor Angles(Tensor z) => 2 * atan2((z - pole).norm(-1), (z + pole).norm(-1));
    }
}

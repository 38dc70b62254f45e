using VaeSharp.Flows;
using VaeSharp.Numerics;

namespace VaeSharp.Tests.Flows;

/// <summary>The metric of codes, and leapfrog in it, in double precision.</summary>
public sealed class GeneralisedLeapfrogTests : IDisposable
{
    private const int Units = 3;
    private const double Reach = 1.5;
    private const double Floor = 0.3;
    private readonly IDisposable scope = NewDisposeScope();
    private readonly SeededNoise noise = new(1);
    private readonly Tensor centroids, factors, own, ownFactor;
    private readonly CodeMetric metric;

    public GeneralisedLeapfrogTests()
    {
        (centroids, own) = (Numbers(5, Units), Numbers(4, Units));
        (factors, ownFactor) = (0.6 * Numbers(5, Units, Units).tril(), 0.6 * Numbers(4, Units, Units).tril());
        metric = new CodeMetric(centroids, factors, own, ownFactor, Reach, Floor);
    }

    public void Dispose()
    {
        noise.Dispose();
        scope.Dispose();
    }

    private Tensor Numbers(params long[] shape) => noise.Normal(shape, CPU).to_type(float64);

    private static Tensor LogDensity(Tensor z) => -0.5 * z.square().sum(dim: -1L) - (z + 0.5 * z.roll(1, -1)).cosh().log().sum(dim: -1L);

    private (Tensor Z, Tensor Momentum) Follow(Tensor z, Tensor momentum, double step, int steps, int iterations, double alpha = 1)
    {
        var (end, last) = GeneralisedLeapfrog.Follow(metric.At(z), momentum, at => Gradient.Of(LogDensity, at), metric, step,
            [.. Enumerable.Repeat(alpha, steps)], iterations);
        return (end.Z, last);
    }

    private double WayBack(Tensor z, Tensor momentum, int iterations)
    {
        var (end, last) = Follow(z, momentum, 0.1, 5, iterations);
        Assert.True((end - z).abs().max().item<double>() > 0.2, "it has hardly moved");
        var (start, first) = Follow(end, -last, 0.1, 5, iterations);
        return Math.Max((start - z).abs().max().item<double>(), (first + momentum).abs().max().item<double>());
    }

    /// <summary>The metric's formula, matrix by matrix; its determinant by elimination; its momentum of the covariance G.</summary>
    [Fact]
    public void The_metric_is_its_formula()
    {
        var z = Numbers(2, 4, Units);
        var inverse = Floor * eye(Units, dtype: float64).expand(2, 4, Units, Units);
        for (var i = 0; i < 6; i++)
        {
            var (c, l) = i < 5 ? (centroids[i], factors[i].expand(4, Units, Units)) : (own, ownFactor);
            var weight = ((z - c).square().sum(dim: -1L) / -(Reach * Reach)).exp().unsqueeze(-1).unsqueeze(-1);
            inverse = inverse + weight * (l.unsqueeze(-2) * l.unsqueeze(-3)).sum(dim: -1L);
        }
        var (place, v, u) = (metric.At(z), Numbers(2, 4, Units), Numbers(2, 4, Units));
        Check.Close((inverse * v.unsqueeze(-2)).sum(dim: -1L), place.Velocity(v), 1e-9, 1e-9);
        Check.Close(-DerivativeMatrix.Determinant(inverse).LogDet, place.LogDeterminant, 1e-9, 1e-9);
        // With ρ = C⁻ᵀγ, ρᵀG⁻¹ρ′ is γᵀγ′.
        Check.Close((v * u).sum(dim: -1L), (place.Momentum(v) * place.Velocity(place.Momentum(u))).sum(dim: -1L), 1e-9, 1e-9);
    }

    [Fact]
    public void The_metric_s_force_is_minus_the_gradient_of_its_energy()
    {
        var (z, momentum) = (Numbers(2, 4, Units), Numbers(2, 4, Units));
        var expected = Gradient.Of(Energy, z);
        Assert.True(expected.abs().min().item<double>() > 1e-4, "the test says little");
        Check.Close(expected, metric.At(z).Force(momentum), 1e-8, 1e-9);

        Tensor Energy(Tensor at)
        {
            var place = metric.At(at);
            return -0.5 * place.LogDeterminant - 0.5 * (momentum * place.Velocity(momentum)).sum(dim: -1L);
        }
    }

    /// <summary>Each iteration solves its equations better, and brings it nearer to where it started.</summary>
    [Fact]
    public void Backwards_it_comes_to_where_it_started_as_far_as_its_equations_are_solved()
    {
        var (z, momentum) = (Numbers(4, Units), Numbers(4, Units));
        var errors = new[] { 0, 2, 4, 8 }.Select(iterations => WayBack(z, momentum, iterations)).ToList();
        Assert.All(errors.Zip(errors.Skip(1)), pair => Assert.True(pair.Second < 0.5 * pair.First, string.Join(", ", errors)));
        Assert.InRange(WayBack(z, momentum, 60), 0, 1e-9);
    }

    [Theory, InlineData(1.0), InlineData(0.8)]
    public void It_keeps_the_volume_but_for_what_cooling_takes(double alpha)
    {
        var x = Numbers(4, 2 * Units).requires_grad_();
        var (z, momentum) = Follow(x.narrow(-1, 0, Units), x.narrow(-1, Units, Units), 0.1, 3, 60, alpha);
        var (logDet, sign) = DerivativeMatrix.Determinant(DerivativeMatrix.Of(cat([z, momentum], dim: -1), x));
        Check.Close(full(4, 3 * Units * Math.Log(alpha), dtype: float64), logDet, 0, 1e-6);
        Check.Close(ones(4, dtype: float64), sign, 0, 0);
    }

    [Fact]
    public void The_energy_s_error_is_of_second_order_in_the_step()
    {
        var (z, momentum) = (Numbers(4, Units), Numbers(4, Units));
        var errors = new[] { 20, 40, 80 }.Select(steps =>
        {
            var (end, last) = Follow(z, momentum, 1.0 / steps, steps, 40);
            return (Energy(end, last) - Energy(z, momentum)).abs().sum().item<double>();
        }).ToList();
        Assert.InRange(Math.Log2(errors[0] / errors[1]), 1.8, 2.2);
        Assert.InRange(Math.Log2(errors[1] / errors[2]), 1.9, 2.1);

        Tensor Energy(Tensor at, Tensor rho)
        {
            var place = metric.At(at);
            return 0.5 * place.LogDeterminant + 0.5 * (rho * place.Velocity(rho)).sum(dim: -1L) - LogDensity(at);
        }
    }
}

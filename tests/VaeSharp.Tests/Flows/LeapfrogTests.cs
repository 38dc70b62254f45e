using VaeSharp.Flows;
using VaeSharp.Numerics;

namespace VaeSharp.Tests.Flows;

/// <summary>Leapfrog in double precision, in the energy of a density that is not normal.</summary>
public sealed class LeapfrogTests
{
    private const int Units = 3;

    // log p(z), up to a constant, with units that depend on each other: [.., Z] → [..].
    private static Tensor LogDensity(Tensor z)
    {
        var turned = z + 0.5 * z.roll(1, -1);
        return -0.5 * z.square().sum(dim: -1L) - (2 * turned).cosh().log().sum(dim: -1L);
    }

    private static Tensor Force(Tensor z) => Gradient.Of(LogDensity, z);

    private static (Tensor Z, Tensor Momentum) Follow(Tensor z, Tensor momentum, double step, IEnumerable<double> cooling) =>
        Leapfrog.Follow(z, momentum, Force, full(Units, step, dtype: float64), [.. cooling.Select(alpha => tensor(alpha))]);

    private static Tensor Numbers(Noise noise, double scale = 1) => scale * noise.Normal([4, Units], CPU).to_type(float64);

    [Theory, InlineData(0.1, 20), InlineData(0.4, 7)]
    public void Backwards_it_comes_to_where_it_started(double step, int steps)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var (z, momentum) = (Numbers(noise), Numbers(noise));
        var (end, last) = Follow(z, momentum, step, Enumerable.Repeat(1.0, steps));
        Assert.True((end - z).abs().max().item<double>() > 0.5, "it has hardly moved");
        var (start, first) = Follow(end, -last, step, Enumerable.Repeat(1.0, steps));
        Check.Close(z, start, 0, 1e-10);
        Check.Close(momentum, -first, 0, 1e-10);
    }

    /// <summary>
    /// The determinant of the whole map, by elimination: cooling by α shrinks each unit of the momentum, and nothing else does.
    /// </summary>
    [Theory, InlineData(1.0, 1.0, 1.0, 1.0), InlineData(0.9, 0.8, 0.95, 0.7)]
    public void It_keeps_the_volume_but_for_what_cooling_takes(params double[] cooling)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var x = cat([Numbers(noise), Numbers(noise)], dim: -1).requires_grad_();
        var (z, momentum) = Follow(x.narrow(-1, 0, Units), x.narrow(-1, Units, Units), 0.3, cooling);
        var (logDet, sign) = DerivativeMatrix.Determinant(DerivativeMatrix.Of(cat([z, momentum], dim: -1), x));
        Check.Close(full(4, Units * cooling.Sum(Math.Log), dtype: float64), logDet, 0, 1e-6);
        Check.Close(ones(4, dtype: float64), sign, 0, 0);
    }

    /// <summary>Over the same time the error of the energy falls by four where the step is half.</summary>
    [Fact]
    public void The_energy_s_error_is_of_second_order_in_the_step()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var (z, momentum) = (Numbers(noise), Numbers(noise));
        var errors = new[] { 50, 100, 200 }.Select(steps =>
        {
            var (end, last) = Follow(z, momentum, 1.0 / steps, Enumerable.Repeat(1.0, steps));
            return (Energy(end, last) - Energy(z, momentum)).abs().sum().item<double>();
        }).ToList();
        Assert.InRange(Math.Log2(errors[0] / errors[1]), 1.9, 2.1);
        Assert.InRange(Math.Log2(errors[1] / errors[2]), 1.95, 2.05);

        static Tensor Energy(Tensor z, Tensor momentum) => 0.5 * momentum.square().sum(dim: -1L) - LogDensity(z);
    }

    /// <summary>A gradient inside a pass is the same where gradients are off, and has none then.</summary>
    [Fact]
    public void Gradients_inside_are_the_same_where_gradients_are_off()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var z = Numbers(noise);
        var turned = 0.5 * z.roll(1, -1) + z;
        var slope = -2 * (2 * turned).tanh();
        var expected = -z + slope + 0.5 * slope.roll(-1, -1);
        Check.Close(expected, Force(z), 1e-9, 1e-9);
        using var frozen = no_grad();
        var found = Force(z);
        Check.Close(expected, found, 1e-9, 1e-9);
        Assert.False(found.requires_grad);
        Check.Close(zeros_like(z), Gradient.Of(x => zeros(4, dtype: float64), z), 0, 0);
    }
}

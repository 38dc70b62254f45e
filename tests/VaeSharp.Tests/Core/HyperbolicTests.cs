namespace VaeSharp.Tests.Core;

/// <summary>Hyperbolic space by direction and distance, against the textbook's formulas in the Poincaré ball.</summary>
public sealed class HyperbolicTests
{
    public static MatrixTheoryData<long, double> Spaces => new([1L, 2, 3, 16], [1e-3, 0.7, 10]);

    /// <summary>Codes in all directions, up to a distance in units of the radius of curvature: [count, Z].</summary>
    internal static Tensor Codes(long dimension, double curvature, double far, long seed, int count = 200)
    {
        using var noise = new SeededNoise(seed);
        var direction = noise.Normal([count, dimension], CPU).to_type(float64);
        var distance = noise.Uniform([count, 1], CPU).to_type(float64) * (far / Math.Sqrt(curvature));
        return direction / direction.norm(1, keepdim: true) * distance;
    }

    /// <summary>Codes in all directions at one distance in these units: [count, Z].</summary>
    internal static Tensor At(long dimension, double curvature, double far, long seed, int count = 200)
    {
        var codes = Codes(dimension, 1, 1, seed, count);
        return codes / Length(codes) * (far / Math.Sqrt(curvature));
    }

    private static Tensor Length(Tensor x) => x.norm(-1, keepdim: true);

    [Theory, MemberData(nameof(Spaces))]
    public void Codes_add_as_points_of_the_ball_do_by_Moebius(long dimension, double curvature)
    {
        using var scope = NewDisposeScope();
        var ball = new PoincareBall(curvature);
        var (a, b) = (Codes(dimension, curvature, 4, seed: 1), Codes(dimension, curvature, 4, seed: 2));
        Check.Close(ball.Add(ball.Point(a), ball.Point(b)), ball.Point(Hyperbolic.Add(a, b, curvature)), 1e-10, 1e-12);
        Check.Close(a, ball.Code(ball.Point(a)), 1e-11, 1e-13);
    }

    /// <summary>arcosh(1 + 2c ‖x − y‖²/((1 − c‖x‖²)(1 − c‖y‖²)))/√c, which knows no addition.</summary>
    [Theory, MemberData(nameof(Spaces))]
    public void The_step_to_a_point_is_as_long_as_its_distance(long dimension, double curvature)
    {
        using var scope = NewDisposeScope();
        var ball = new PoincareBall(curvature);
        var (a, b) = (Codes(dimension, curvature, 4, seed: 3), Codes(dimension, curvature, 4, seed: 4));
        var (x, y) = (ball.Point(a), ball.Point(b));
        var expected = (1 + curvature / 2 * Length(x - y).square() * ball.ConformalFactor(x) * ball.ConformalFactor(y)).acosh()
            / Math.Sqrt(curvature);
        Check.Close(expected, Length(Hyperbolic.Add(-a, b, curvature)), 1e-7, 1e-7);
        Check.Close(expected, ball.Distance(x, y), 1e-7, 1e-7);
        Check.Close(Length(a), ball.Distance(zeros_like(x), x), 1e-10);
    }

    /// <summary>
    /// exp_x undoes log_x, and a step of a length in the space is one of 1/λ(x) times that in the ball, along the same direction.
    /// </summary>
    [Theory, MemberData(nameof(Spaces))]
    public void Exponential_and_logarithmic_maps_undo_each_other_and_lead_where_steps_do(long dimension, double curvature)
    {
        using var scope = NewDisposeScope();
        var ball = new PoincareBall(curvature);
        var (a, b) = (Codes(dimension, curvature, 3, seed: 5), Codes(dimension, curvature, 3, seed: 6));
        var (x, y) = (ball.Point(a), ball.Point(b));
        var log = ball.Log(x, y);
        Check.Close(y, ball.Exp(x, log), 1e-9, 1e-10);
        Check.Close(ball.Distance(x, y), ball.ConformalFactor(x) * Length(log), 1e-9, 1e-10);
        Check.Close(ball.Point(Hyperbolic.Add(a, b, curvature)), ball.Exp(x, b / ball.ConformalFactor(x)), 1e-9, 1e-10);
        Check.Close(a, 2 * ball.Log(zeros_like(x), x), 1e-9, 1e-10);
        // The path starts along u: what is left is of second order.
        var u = b / Length(b) * 1e-5;
        Check.Close(u, ball.Exp(x, u) - x, 0, 1e-9 * Math.Sqrt(curvature));
    }

    /// <summary>(−a) ⊕ (a ⊕ b) = b, for a as far out as means may be, and steps of any length.</summary>
    [Theory, MemberData(nameof(Spaces))]
    public void A_step_is_found_again(long dimension, double curvature)
    {
        using var scope = NewDisposeScope();
        var root = Math.Sqrt(curvature);
        foreach (var far in new[] { 1e-6, 1.0, 10 })
        {
            var a = Codes(dimension, curvature, far, seed: 7);
            foreach (var length in new[] { 1e-3, 1.0, 8 })
            {
                var b = Codes(dimension, curvature, length, seed: 8);
                Check.Close(b, Hyperbolic.Add(-a, Hyperbolic.Add(a, b, curvature), curvature), 1e-6, 1e-6 / root);
            }
        }
    }

    [Theory, MemberData(nameof(Spaces))]
    public void A_geodesic_is_shared_by_its_points(long dimension, double curvature)
    {
        using var scope = NewDisposeScope();
        var space = new LatentSpace(dimension) { Geometry = Geometry.Hyperbolic, Curvature = curvature };
        var (a, b) = (Codes(dimension, curvature, 3, seed: 9), Codes(dimension, curvature, 3, seed: 10));
        var whole = Length(Hyperbolic.Add(-a, b, curvature));
        var third = space.Interpolate(a, b, 1 / 3.0);
        Check.Close(whole / 3, Length(Hyperbolic.Add(-a, third, curvature)), 1e-8, 1e-9);
        Check.Close(2 * whole / 3, Length(Hyperbolic.Add(-b, third, curvature)), 1e-8, 1e-9);
        Check.Close(a, space.Interpolate(a, b, 0), 1e-8, 1e-9);
        Check.Close(b, space.Interpolate(a, b, 1), 1e-8, 1e-9);
        Assert.Equal(float32, space.Interpolate(a.to_type(float32), b.to_type(float32), 0.5).dtype);
    }

    [Fact]
    public void Without_curvature_it_is_Euclidean()
    {
        using var scope = NewDisposeScope();
        const double flat = 1e-12;
        var (a, b) = (Codes(3, 1, 4, seed: 11), Codes(3, 1, 4, seed: 12));
        Check.Close(a + b, Hyperbolic.Add(a, b, flat), 1e-9, 1e-9);
        Check.Close(0.7 * a + 0.3 * b, Hyperbolic.Between(a, b, 0.3, flat), 1e-9, 1e-9);
    }

    /// <summary>Both arguments' gradients, at the origin and at the edge, for steps that hardly move and those that go right through.
    /// </summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 1e-3)]
    [InlineData(1e-8, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 30)]
    [InlineData(10, 1e-3)]
    [InlineData(10, 3)]
    public void Gradients_are_those_of_differences(double far, double length)
    {
        using var scope = NewDisposeScope();
        foreach (var curvature in new[] { 1e-3, 1, 10 })
        {
            const double h = 1e-4;
            var unit = 1 / Math.Sqrt(curvature);
            var a = At(3, curvature, far, seed: 13, count: 20).requires_grad_();
            var b = At(3, curvature, length, seed: 14, count: 20).requires_grad_();
            var weights = tensor(new[] { 1.0, -0.7, 0.4 });
            Value(a, b).sum().backward();
            for (var i = 0; i < 3; i++)
            {
                var shift = unit * h * eye(3, dtype: float64)[i];
                var byA = (Value(a + shift, b) - Value(a - shift, b)) / (2 * h * unit);
                var byB = (Value(a, b + shift) - Value(a, b - shift)) / (2 * h * unit);
                Check.Close(byA, a.grad!.select(1, i), 1e-4, 1e-4);
                Check.Close(byB, b.grad!.select(1, i), 1e-4, 1e-4);
            }

            Tensor Value(Tensor from, Tensor step) => (Hyperbolic.Add(from, step, curvature) * weights).sum(dim: -1L);
        }
    }

    /// <summary>Distances of which no exponential is a number: nothing overflows, and lengths are right to rounding.</summary>
    [Fact]
    public void Steps_of_any_length_have_an_end()
    {
        using var scope = NewDisposeScope();
        var a = Codes(4, 1, 10, seed: 15);
        var b = At(4, 1, 1e6, seed: 16).requires_grad_();
        var z = Hyperbolic.Add(a, b, 1);
        Assert.True(Check.IsFinite(z));
        Assert.InRange((Length(z) - 1e6).abs().max().item<double>(), 0, 10 + 1e-6);              // by the triangle
        z.sum().backward();
        Assert.True(Check.IsFinite(b.grad!));
    }

    /// <summary>In single precision as in double, points are inside, however far out the code is.</summary>
    [Fact]
    public void No_point_is_outside_the_ball_or_on_its_edge()
    {
        using var scope = NewDisposeScope();
        foreach (var curvature in new[] { 1e-3, 1, 10 })
        {
            foreach (var dtype in new[] { float32, float64 })
            {
                var codes = (logspace(-3, 4, 400, dtype: float64).unsqueeze(1) * Codes(5, 1, 1, seed: 17, count: 400)).to_type(dtype);
                var points = new PoincareBall(curvature).Point(codes);
                Assert.Equal(dtype, points.dtype);
                Assert.True((Length(points.to_type(float64)) * Math.Sqrt(curvature)).max().item<double>() < 1);
            }
            var space = new LatentSpace(2) { Geometry = Geometry.Hyperbolic, Curvature = curvature };
            var drawn = space.Drawn([3, 4, -100, 0]);
            var length = Math.Sqrt(drawn[0] * drawn[0] + drawn[1] * drawn[1]);
            Check.Close(Math.Tanh(2.5 * Math.Sqrt(curvature)) / Math.Sqrt(curvature), length, 1e-5);
            Check.Close(0.75, drawn[0] / drawn[1]);
            Assert.InRange(drawn[2], -1 / Math.Sqrt(curvature), 0);
        }
        Assert.Equal([3, 4], new LatentSpace(2).Drawn([3, 4]));
    }
}

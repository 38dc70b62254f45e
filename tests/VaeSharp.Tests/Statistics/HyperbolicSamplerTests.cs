using VaeSharp.Distributions;
using VaeSharp.Tests.Core;
using VaeSharp.Tests.Distributions;
using VaeSharp.Tests.Likelihoods;

namespace VaeSharp.Tests.Sampling;

/// <summary>Draws in hyperbolic space: that they fit, and that their pathwise gradients are exact.</summary>
public sealed class HyperbolicSamplerTests
{
    private const int Draws = 20_000;

    public static MatrixTheoryData<long, double, double> Cases => new([1L, 2, 3, 4, 512], [1e-3, 1, 10], [1e-3, 1, 10]);

    public static TheoryData<long, double, double, double> WrappedCases => new(
        from dimension in new[] { 2L, 3, 4 }
        from at in new (double Far, double Curvature, double Sigma)[]
        {
            (0, 1, 1e-3), (2, 0.7, 1), (10, 1, 1e-3), (5, 10, 1), (0, 1e-3, 10),
        }
        select (dimension, at.Far, at.Curvature, at.Sigma));

    private static Tensor Mean(long dimension, double far, double curvature) =>
        HyperbolicTests.At(dimension, curvature, far, seed: 61, count: 1);

    /// <summary>Distances from the origin of Riemannian draws, as codes of double precision have them.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Riemannian_distances_fit(long dimension, double sigma, double curvature)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(62);
        var q = new RiemannianNormal(zeros(1, dimension, dtype: float64), Slope.Doubles(sigma), curvature);
        var z = q.Rsample(dimension > 100 ? Draws / 10 : Draws, noise).Z.squeeze(1);
        Statistics.AssertFits(z.norm(1), new Distances(dimension, sigma, curvature).Cdf);
        Statistics.AssertMean(0, z.select(1, 0) / z.norm(1));
    }

    /// <summary>
    /// About any point: distances from it by the ball's formula, and directions, which are uniform, in single precision as models draw.
    /// </summary>
    [Theory, InlineData(2, 0.5, 1.0), InlineData(3, 1.5, 0.3), InlineData(12, 0.3, 1.0)]
    public void Riemannian_draws_fit_about_any_point(long dimension, double sigma, double curvature)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(63);
        var (ball, mean) = (new PoincareBall(curvature), Mean(dimension, 1.5, curvature));
        var z = new RiemannianNormal(mean.to_type(float32), full(1, sigma), curvature).Rsample(Draws, noise).Z.squeeze(1).to_type(float64);
        var distance = ball.Distance(ball.Point(mean), ball.Point(z));
        Statistics.AssertFits(distance, new Distances(dimension, sigma, curvature).Cdf);
        var step = Hyperbolic.Add(-mean, z, curvature);
        var direction = HyperbolicTests.At(dimension, 1, 1, seed: 64, count: 1);
        var cosine = (step / step.norm(1, keepdim: true) * direction).sum(dim: -1L);
        Statistics.AssertFits(1 - cosine.clamp(-1, 1), new Latitude(dimension, 0, Latitude.VonMisesFisher).Cdf);
    }

    /// <summary>
    /// The logarithms of wrapped draws are normal in each direction, with its own σ, near and far from the origin; and their lengths, in
    /// units of these σ, are those of normal vectors, as they are not if directions depend on each other.
    /// </summary>
    [Theory, MemberData(nameof(WrappedCases))]
    public void Wrapped_draws_fit(long dimension, double far, double curvature, double sigma)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(65);
        var (ball, mean) = (new PoincareBall(curvature), Mean(dimension, far, curvature));
        var scale = sigma * tensor(new[] { 1.0, 2, 0.5, 1.5 }).narrow(0, 0, dimension).unsqueeze(0);
        var z = new WrappedNormal(mean, scale, curvature).Rsample(Draws, noise).Z.squeeze(1);
        // Where the ball has numbers for the points, by its own logarithmic map.
        var step = far + sigma < 4
            ? ball.Log(ball.Point(mean), ball.Point(z)) * ball.ConformalFactor(ball.Point(mean))
            : Hyperbolic.Add(-mean, z, curvature);
        for (var i = 0; i < dimension; i++)
            Statistics.AssertFits((step / scale).select(1, i), x => 0.5 * (1 + (x / Math.Sqrt(2)).erf()));
        Statistics.AssertFits((step / scale).norm(1), new Distances(dimension, 1, 1e-12).Cdf);
    }

    /// <summary>
    /// Distances are moved as the distribution changes: d/dτ E f(ρ) = Cov(f, ρ²)/τ³ is E f′(ρ) ∂ρ/∂τ, here as sums over all ρ, for f = ρ
    /// and ρ², at any σ, curvature and dimension.
    /// </summary>
    [Theory, MemberData(nameof(Cases))]
    public void Implicit_derivatives_move_every_mean_as_it_moves(long dimension, double sigma, double curvature)
    {
        var tau = Math.Sqrt(curvature) * sigma;
        var (distances, radius) = (new Distances(dimension, tau, 1), new HyperbolicRadius(dimension, tau));
        var (mean, square) = (distances.Mean(r => r), distances.Mean(r => r * r));
        Check.Close(square, radius.MeanSquare, 1e-9, 0);
        var first = distances.Mean(radius.Slope);
        Check.Close(distances.Mean(r => (r - mean) * (r * r - square)) / (tau * tau * tau), first, 1e-6, 0);
        var second = distances.Mean(r => 2 * r * radius.Slope(r));
        Check.Close(distances.Mean(r => (r * r - square) * (r * r - square)) / (tau * tau * tau), second, 1e-6, 0);
        if (dimension == 1)
            Check.Close(0.3, radius.Slope(0.3 * tau), 1e-9, 0);                                  // ρ = τ |ε|
    }

    /// <summary>In two dimensions the distribution function has a closed form: each draw's derivative, not only their mean.</summary>
    [Theory, InlineData(0.1), InlineData(0.5), InlineData(2), InlineData(5)]
    public void Implicit_derivatives_are_those_of_the_distribution_function(double tau)
    {
        using var scope = NewDisposeScope();
        var radius = new HyperbolicRadius(2, tau);
        var typical = Math.Sqrt(radius.MeanSquare);
        var rho = linspace(Math.Max(typical - 3 * tau, 0.2 * tau), typical + 3 * tau, 50, dtype: float64).requires_grad_();
        var t = full(50, tau, dtype: float64).requires_grad_();
        var half = (t / Math.Sqrt(2)).erf();
        var (below, above) = (Erf(rho - t.square()), Erf(rho + t.square()));
        (1 + (below - above) / (2 * half)).sum().backward();
        var expected = -t.grad! / rho.grad!;
        var found = tensor(rho.data<double>().ToArray().Select(radius.Slope).ToArray());
        Check.Close(expected, found, 1e-6, 1e-6);

        Tensor Erf(Tensor x) => (x / (Math.Sqrt(2) * t)).erf();
    }

    /// <summary>
    /// d/dσ E ‖z‖² and d/dm E ‖z‖² for a mean at the distance m: from the gradients of draws, and from those of the exact expectation.
    /// As cosh √c‖z‖ = cosh m cosh ℓ + sinh m sinh ℓ cos θ (in units of the radius of curvature), E cosh √c‖z‖ = cosh m E cosh ℓ.
    /// </summary>
    [Theory]
    [InlineData("wrapped", 3, 0.5, 0.8)]
    [InlineData("wrapped", 2, 0.3, 6)]
    [InlineData("wrapped", 4, 0.3, 10)]
    [InlineData("riemannian", 2, 0.5, 0.8)]
    [InlineData("riemannian", 4, 0.3, 3)]
    [InlineData("riemannian", 3, 1, 1e-3)]
    [InlineData("riemannian", 12, 0.1, 6)]
    public void Pathwise_gradients_have_the_right_mean(string family, long dimension, double sigma, double far)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(66);
        var mean = Mean(dimension, far, 1).expand(Draws, dimension).clone().requires_grad_();
        var scale = full(Draws, sigma, dtype: float64).requires_grad_();
        var z = HyperbolicNormalTests.Of(family, mean, scale, 1).Rsample(1, noise).Z.squeeze(0);
        z.norm(1).cosh().sum().backward();
        var expectation = Expectation(sigma);
        var slope = (Expectation(sigma + 1e-4) - Expectation(sigma - 1e-4)) / 2e-4;
        Statistics.AssertMean(1, scale.grad! / (Math.Cosh(far) * slope), rounding: 1e-5);
        var outward = (mean.grad! * mean.detach()).sum(dim: 1L) / far;
        Statistics.AssertMean(1, outward / (Math.Sinh(far) * expectation), rounding: 1e-5);

        // E cosh ℓ. Of a wrapped normal, ℓ = σ times the length of a normal vector: the Riemannian one's distances without curvature.
        double Expectation(double at) => family == "riemannian"
            ? new Distances(dimension, at, 1).Mean(Math.Cosh)
            : new Distances(dimension, 1, 1e-12).Mean(r => Math.Cosh(at * r));
    }

    /// <summary>A gradient adds nothing to a draw.</summary>
    [Fact]
    public void Draws_are_the_same_with_and_without_gradients()
    {
        using var scope = NewDisposeScope();
        var (first, second) = (new SeededNoise(67), new SeededNoise(67));
        var plain = new RiemannianNormal(ones(1, 4), full(1, 0.7), 1).Rsample(1000, first).Z;
        var led = new RiemannianNormal(ones(1, 4), full(1, 0.7).requires_grad_(), 1).Rsample(1000, second).Z;
        Check.Close(plain, led, 0, 0);
    }

    /// <summary>What is no number is no draw, and nothing waits for it.</summary>
    [Fact]
    public void A_scale_that_is_no_number_has_draws_that_are_none()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(68);
        var scale = tensor(new[] { 2f, float.NaN, float.PositiveInfinity }).requires_grad_();
        var z = new RiemannianNormal(zeros(3, 4), scale, 1).Rsample(2, noise).Z;
        Assert.True(Check.IsFinite(z.select(1, 0)));
        Assert.True(z.narrow(1, 1, 2).isnan().all().item<bool>());
    }

    /// <summary>The envelope is tight: more than half of all proposals are draws, whatever the distribution.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Few_proposals_are_rejected(long dimension, double sigma, double curvature)
    {
        using var noise = new CountingNoise(69);
        HyperbolicRadius.Draw([new HyperbolicRadius(dimension, Math.Sqrt(curvature) * sigma)], 4000, noise);
        Assert.InRange(noise.Numbers, 4000, 1.65 * 4000);                                        // of Z = 2 and small σ, 0.658 are accepted
    }

    private sealed class CountingNoise(long seed) : Noise, IDisposable
    {
        private readonly SeededNoise noise = new(seed);

        public long Numbers { get; private set; }

        public override Tensor Normal(ReadOnlySpan<long> shape, TorchSharp.torch.Device device)
        {
            Numbers += shape[0];
            return noise.Normal(shape, device);
        }

        public override Tensor Uniform(ReadOnlySpan<long> shape, TorchSharp.torch.Device device) => noise.Uniform(shape, device);

        public override Tensor Permutation(long count, TorchSharp.torch.Device device) => noise.Permutation(count, device);

        public void Dispose() => noise.Dispose();
    }
}

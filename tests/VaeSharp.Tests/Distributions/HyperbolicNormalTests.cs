using VaeSharp.Distributions;
using VaeSharp.Numerics;
using VaeSharp.Tests.Core;
using VaeSharp.Tests.Likelihoods;

namespace VaeSharp.Tests.Distributions;

/// <summary>The two families in hyperbolic space: normalisers, densities and divergences against sums over it.</summary>
public sealed class HyperbolicNormalTests
{
    public static MatrixTheoryData<long, double, double> Cases => new([1L, 2, 3, 4, 512], [1e-3, 1, 10], [1e-3, 1, 10]);

    public static MatrixTheoryData<string, string, long> Pairs =>
        new(["wrapped", "riemannian"], ["wrapped", "riemannian"], [2L, 3, 4]);

    internal static HyperbolicNormal Of(string family, Tensor mean, Tensor scale, double curvature) => family == "riemannian"
        ? new RiemannianNormal(mean, scale, curvature)
        : new WrappedNormal(mean, scale.unsqueeze(-1), curvature);

    private static RiemannianNormal Riemannian(long dimension, Tensor sigma, double curvature) =>
        new(zeros(1, dimension, dtype: float64), sigma, curvature);

    /// <summary>
    /// Codes and the volume of each, for functions of the distance r from the origin and the angle to the first axis; in two dimensions, of
    /// any direction.
    /// </summary>
    private static (Tensor Codes, Tensor Volume) Grid(long dimension, double curvature, double reach)
    {
        var (nodes, weights) = Rule(240);
        var (r, root) = ((reach * nodes).unsqueeze(1), Math.Sqrt(curvature));
        var shell = ((root * r).sinh() / root).pow(dimension - 1) * (reach * weights).unsqueeze(1);
        var rest = zeros(1, 1, dimension - 2, dtype: float64);
        Tensor cosine, sine, area;
        if (dimension == 2)
        {
            var angle = 2 * Math.PI * arange(256, dtype: float64) / 256;
            (cosine, sine, area) = (angle.cos(), angle.sin(), full(256, 2 * Math.PI / 256, dtype: float64));
        }
        else
        {
            cosine = 2 * nodes - 1;
            sine = (1 - cosine.square()).sqrt();
            area = Math.Exp(UniformSphere.LogArea(dimension - 1)) * sine.pow(dimension - 3) * 2 * weights;
        }
        var directions = cat([stack([cosine, sine], dim: -1).unsqueeze(0), rest.expand(1, cosine.size(0), -1)], dim: -1);
        return ((r.unsqueeze(-1) * directions).flatten(0, 1), (shell * area).flatten());

        static (Tensor, Tensor) Rule(int n)
        {
            var rule = GaussLegendre.Rule(n);
            return (tensor(rule.Select(at => at.Node).ToArray()), tensor(rule.Select(at => at.Weight).ToArray()));
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void The_normaliser_and_its_derivative_are_those_of_the_integral(long dimension, double sigma, double curvature)
    {
        using var scope = NewDisposeScope();
        var distances = new Distances(dimension, sigma, curvature);
        var scale = Slope.Doubles(sigma).requires_grad_();
        var found = Riemannian(dimension, scale, curvature).LogNormaliser;
        Check.Close(UniformSphere.LogArea(dimension) + distances.LogIntegral, found.item<double>(), 1e-10, 1e-9);
        found.backward();
        Check.Close(distances.Mean(r => r * r) / (sigma * sigma * sigma), scale.grad!.item<double>(), 1e-8);
    }

    /// <summary>
    /// 2πσ √(π/2)/√c exp(cσ²/2) erf(√c σ/√2) in two dimensions, 2πσ √(π/2)/c (exp(2cσ²) − 1) in three. Mathieu et al. 2019, appendix B.
    /// </summary>
    [Theory, InlineData(1e-3, 1e-3), InlineData(1e-3, 10), InlineData(0.3, 0.7), InlineData(1, 1), InlineData(10, 1e-3), InlineData(10, 10)]
    public void In_two_and_three_dimensions_the_normaliser_has_a_closed_form(double sigma, double curvature)
    {
        using var scope = NewDisposeScope();
        var scale = Slope.Doubles(sigma).requires_grad_();
        var common = (2 * Math.PI * Math.Sqrt(Math.PI / 2) * scale).log();
        var two = common - 0.5 * Math.Log(curvature) + curvature * scale.square() / 2 + (Math.Sqrt(curvature / 2) * scale).erf().log();
        var exponent = 2 * curvature * scale.square();
        var three = common - Math.Log(curvature) + exponent + (-(-exponent).expm1()).log();
        foreach (var (dimension, expected) in new[] { (2, two), (3, three) })
        {
            scale.grad = null;
            expected.backward(null, retain_graph: true);
            var slope = scale.grad!.item<double>();
            scale.grad = null;
            var found = Riemannian(dimension, scale, curvature).LogNormaliser;
            found.backward();
            Check.Close(expected, found, 1e-11, 1e-11);
            Check.Close(slope, scale.grad!.item<double>(), 1e-9);
        }
    }

    /// <summary>
    /// In 512 dimensions: of a small σ the Euclidean ½ Z log 2πσ², and the next term, n Z cσ²/6; of a large one the integral of
    /// exp(nρ − ρ²/2τ²)/2ⁿ.
    /// </summary>
    [Fact]
    public void In_many_dimensions_the_normaliser_has_its_limits()
    {
        using var scope = NewDisposeScope();
        const long dimension = 512;
        const double n = dimension - 1;
        foreach (var (sigma, c) in new[] { (1e-3, 1e-3), (1e-3, 1), (1e-4, 10) })
            Check.Close(0.5 * dimension * Math.Log(2 * Math.PI * sigma * sigma) + n * dimension * c * sigma * sigma / 6,
                Riemannian(dimension, Slope.Doubles(sigma), c).LogNormaliser.item<double>(), 0, 1e-4);
        foreach (var (sigma, c) in new[] { (1.0, 1.0), (10, 1), (10, 10), (30, 1e-2) })
        {
            var tau = Math.Sqrt(c) * sigma;
            var expected = UniformSphere.LogArea(dimension) - 0.5 * dimension * Math.Log(c) - n * Math.Log(2)
                + 0.5 * n * n * tau * tau + 0.5 * Math.Log(2 * Math.PI * tau * tau);
            Check.Close(expected, Riemannian(dimension, Slope.Doubles(sigma), c).LogNormaliser.item<double>(), 1e-12);
        }
    }

    /// <summary>Over the volume λ² dx of the disk, in its own coordinates: scales differ, and the mean is off the centre.</summary>
    [Theory, InlineData(0.3), InlineData(1.0), InlineData(3.0)]
    public void Densities_are_one_over_the_Poincare_disk(double curvature)
    {
        using var scope = NewDisposeScope();
        var (ball, root) = (new PoincareBall(curvature), Math.Sqrt(curvature));
        var radius = (arange(2000, dtype: float64) + 0.5).unsqueeze(1) / (2000 * root);
        var angle = 2 * Math.PI * arange(256, dtype: float64) / 256;
        var x = stack([radius * angle.cos(), radius * angle.sin()], dim: -1).view(-1, 2);
        var volume = ball.ConformalFactor(x).squeeze(1).square() * radius.expand(-1, 256).flatten() / (2000 * root) * (2 * Math.PI / 256);
        var mean = tensor(new[] { 0.5, -0.8 }).unsqueeze(0);
        HyperbolicNormal[] both =
        [
            new WrappedNormal(mean, tensor(new[] { 0.3, 0.6 }).unsqueeze(0), curvature),
            new RiemannianNormal(mean, Slope.Doubles(0.4), curvature),
        ];
        foreach (var q in both)
            Check.Close(1, (q.LogProb(ball.Code(x)).exp() * volume).sum().item<double>(), 2e-6);
    }

    /// <summary>KL(q ‖ p), as models estimate it from draws, and as an integral over the space.</summary>
    [Theory, MemberData(nameof(Pairs))]
    public void The_mean_log_ratio_of_draws_is_the_divergence(string posterior, string prior, long dimension)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(41);
        const double curvature = 0.7;
        var mean = 1.2 * eye(1, dimension, dtype: float64);
        var q = posterior == "wrapped" && dimension == 2
            ? new WrappedNormal(tensor(new[] { 0.7, -0.9 }).unsqueeze(0), tensor(new[] { 0.4, 0.7 }).unsqueeze(0), curvature)
            : Of(posterior, mean, Slope.Doubles(0.6), curvature);
        var p = Of(prior, zeros_like(mean), Slope.Doubles(1.1), curvature);
        var (codes, volume) = Grid(dimension, curvature, reach: 8);
        var density = q.LogProb(codes).exp() * volume;
        Check.Close(1, density.sum().item<double>(), 1e-6);
        Check.Close(1, (p.LogProb(codes).exp() * volume).sum().item<double>(), 1e-5);
        var expected = (density * (q.LogProb(codes) - p.LogProb(codes))).sum().item<double>();
        Assert.True(expected > 0.05);
        Assert.Null(Kl.Total(q, p));
        var draw = q.Rsample(40_000, noise);
        Statistics.AssertMean(expected, draw.LogQ! - p.LogProb(draw.Z));
    }

    /// <summary>
    /// About one point, wrapped normals differ as the normals do, and Riemannian ones by their normalisers and E r². In 512 dimensions,
    /// with codes in single precision, and where no point of the ball in single precision is inside it.
    /// </summary>
    [Theory, InlineData("wrapped", 2, 1.0), InlineData("wrapped", 512, 1.0), InlineData("riemannian", 16, 1.0),
        InlineData("riemannian", 512, 1.0), InlineData("riemannian", 512, 1e-3)]
    public void About_one_point_the_divergence_has_a_closed_form(string family, long dimension, double curvature)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(42);
        var (sigma, s) = (0.7, 1.0);
        var centre = zeros(1, dimension);
        var (q, p) = (Of(family, centre, full(1, sigma), curvature), Of(family, centre, full(1, s), curvature));
        var expected = dimension * (0.5 * sigma * sigma / (s * s) - 0.5 - Math.Log(sigma / s));
        if (family == "riemannian")
        {
            var square = new Distances(dimension, sigma, curvature).Mean(r => r * r);
            expected = Normaliser(s) - Normaliser(sigma) + 0.5 * square * (1 / (s * s) - 1 / (sigma * sigma));
        }
        var draw = q.Rsample(4000, noise);
        Assert.Equal(float32, draw.Z.dtype);
        Statistics.AssertMean(expected, draw.LogQ! - p.LogProb(draw.Z), rounding: 1e-3 + 1e-5 * expected);

        double Normaliser(double scale) => Riemannian(dimension, Slope.Doubles(scale), curvature).LogNormaliser.item<double>();
    }

    /// <summary>
    /// Towards no curvature all is the Euclidean normal distribution: draws of the same noise, densities, and their gradients.
    /// </summary>
    [Theory, InlineData(1), InlineData(3), InlineData(64)]
    public void Without_curvature_they_are_normal_distributions(long dimension)
    {
        using var scope = NewDisposeScope();
        const double flat = 1e-10;
        var codes = HyperbolicTests.Codes(dimension, 1, 3, seed: 43, count: 50);
        var mean = HyperbolicTests.Codes(dimension, 1, 2, seed: 44, count: 50).requires_grad_();
        var sigma = linspace(0.2, 3, 50, dtype: float64).requires_grad_();
        var normal = new Normal(mean, 2 * sigma.log().unsqueeze(1).expand(50, dimension));
        var (first, second) = (new SeededNoise(45), new SeededNoise(45));
        var (draw, other) = (normal.Rsample(4, first), Of("wrapped", mean, sigma, flat).Rsample(4, second));
        Check.Close(draw.Z, other.Z, 1e-6, 1e-6);
        Check.Close(draw.LogQ!, other.LogQ!, 1e-6, 1e-6);
        var expected = Gradients(normal.LogProb(codes));
        foreach (var family in new[] { "wrapped", "riemannian" })
        {
            var q = Of(family, mean, sigma, flat);
            Check.Close(normal.LogProb(codes), q.LogProb(codes), 1e-6, 1e-6);
            var found = Gradients(q.LogProb(codes));
            Check.Close(expected.Mean, found.Mean, 1e-6, 1e-6);
            Check.Close(expected.Sigma, found.Sigma, 1e-6, 1e-6);
        }

        (Tensor Mean, Tensor Sigma) Gradients(Tensor value)
        {
            (mean.grad, sigma.grad) = (null, null);
            value.sum().backward();
            return (mean.grad!.clone(), sigma.grad!.clone());
        }
    }

    /// <summary>
    /// Codes and means in single precision, out to where the ball has none, small and large σ: densities and gradients are numbers, and the
    /// density at a draw is the draw's own up to the rounding of its code.
    /// </summary>
    [Theory, InlineData("wrapped"), InlineData("riemannian")]
    public void Single_precision_is_safe_at_the_edge(string family)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(46);
        foreach (var curvature in new[] { 1e-3, 1, 10 })
        {
            foreach (var sigma in new[] { 1e-3, 0.1, 1, 10 })
            {
                var vector = (HyperbolicTests.Codes(6, 1, 100, seed: 47) / Math.Sqrt(curvature)).to_type(float32)
                    .requires_grad_();
                var scale = full(200, sigma).requires_grad_();
                var q = Of(family, Hyperbolic.Held(vector, curvature), scale, curvature);
                Assert.True((q.Mean.norm(-1) * Math.Sqrt(curvature)).max().item<float>() < 10.0001);
                var draw = q.Rsample(5, noise);
                Assert.Equal((float32, float32), (draw.Z.dtype, draw.LogQ!.dtype));
                Assert.True(Check.IsFinite(draw.Z) && Check.IsFinite(draw.LogQ!));
                // A code at ρ from the origin is rounded by 6·10⁻⁸ sinh ρ/√c, and the density moves by r/σ² times that, squared beside it.
                if (sigma >= 0.1 && curvature <= 1)
                {
                    var (exact, found) = (draw.LogQ!, q.LogProb(draw.Z));
                    var inner = (draw.Z.norm(-1) * Math.Sqrt(curvature)) < 8;
                    Check.Close(exact.masked_fill(~inner, 0), found.masked_fill(~inner, 0), 1e-4, 0.05);
                }
                (draw.Z.sum() + draw.LogQ!.sum() + q.LogProb(zeros(1, 6)).sum()).backward();
                Assert.True(Check.IsFinite(vector.grad!) && Check.IsFinite(scale.grad!));
            }
        }
    }

    [Theory, InlineData("wrapped"), InlineData("riemannian")]
    public void A_detached_distribution_has_the_same_density_and_no_gradient(string family)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(48);
        var mean = HyperbolicTests.Codes(3, 1, 2, seed: 49, count: 7).requires_grad_();
        var sigma = full(7, 0.5, dtype: float64).requires_grad_();
        var q = Of(family, mean, sigma, 1);
        var draw = q.Rsample(20, noise);
        Assert.True(draw.Z.requires_grad);
        Check.Close(draw.LogQ!, q.LogProb(draw.Z), 1e-8, 1e-8);
        Check.Close(q.LogProb(draw.Z), q.Detached().LogProb(draw.Z), 0, 0);
        Assert.False(q.Detached().LogProb(draw.Z.detach()).requires_grad);
        Assert.False(q.Sample(3, noise).requires_grad);
    }

    /// <summary>A prior, of which it is known that its mean is the origin, is what it is about a mean of zeros.</summary>
    [Theory, InlineData("wrapped"), InlineData("riemannian")]
    public void About_the_origin_a_step_is_a_code(string family)
    {
        using var scope = NewDisposeScope();
        var (first, second) = (new SeededNoise(53), new SeededNoise(53));
        var space = new LatentSpace(3) { Geometry = Geometry.Hyperbolic, Curvature = 0.7 };
        VaeSharp.Priors.HyperbolicPriorSpec spec = family == "riemannian"
            ? new VaeSharp.Priors.RiemannianNormalPriorSpec { Scale = 1.3 }
            : new VaeSharp.Priors.WrappedNormalPriorSpec { Scale = 1.3 };
        var prior = (HyperbolicNormal)spec.Build(space, Examples.Images()).For(null!, null, CPU);
        var about = Of(family, zeros(1, 3), Slope.Doubles(1.3), 0.7);
        Assert.True(prior.AtOrigin && ((HyperbolicNormal)prior.Detached()).AtOrigin && !about.AtOrigin);
        Check.Close(about.Rsample(50, first).Z.squeeze(1), prior.Rsample(50, second).Z, 1e-6, 1e-6);
        var codes = HyperbolicTests.Codes(3, 0.7, 6, seed: 54);
        Check.Close(about.LogProb(codes), prior.LogProb(codes), 1e-10, 1e-10);
    }

    /// <summary>At a temperature of ½ steps are half as long, at 0 all draws are μ.</summary>
    [Theory, InlineData("wrapped"), InlineData("riemannian")]
    public void Temperature_is_a_factor_on_distances(string family)
    {
        using var scope = NewDisposeScope();
        var (first, again, at0) = (new SeededNoise(50), new SeededNoise(50), new SeededNoise(51));
        var mean = HyperbolicTests.Codes(3, 1, 2, seed: 52, count: 1);
        var q = Of(family, mean, Slope.Doubles(0.8), 1);
        var (whole, half) = (q.Sample(200, first, 1), q.Sample(200, again, 0.5));
        Check.Close(0.5 * Hyperbolic.Add(-mean, whole, 1), Hyperbolic.Add(-mean, half, 1), 1e-8, 1e-9);
        Check.Close(mean.expand(200, 1, 3), q.Sample(200, at0, 0), 0, 1e-12);
    }
}

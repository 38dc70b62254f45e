using VaeSharp.Distributions;
using VaeSharp.Tests.Likelihoods;

namespace VaeSharp.Tests.Distributions;

/// <summary>
/// Gamma, Dirichlet and logistic normal: draws, gradients, densities and divergences against closed forms and quadrature.
/// </summary>
public sealed class GammaTests
{
    public static TheoryData<double> Concentrations => [1e-2, 0.3, 1, 2.5, 40, 1e3, 1e4];

    /// <summary>
    /// −∂F/∂α over x f, with F by libtorch's incomplete gamma function and finite differences, from the far left to the far right tail.
    /// </summary>
    [Theory, InlineData(1.01), InlineData(1.3), InlineData(2), InlineData(5), InlineData(30), InlineData(1e3), InlineData(1e4)]
    public void The_implicit_gradient_is_that_of_the_distribution_function(double alpha)
    {
        using var scope = NewDisposeScope();
        // Wilson and Hilferty's quantiles, from five deviations below the middle to five above.
        var normal = arange(-20, 21, dtype: float64) * 0.25;
        var x = alpha * (1 - 1 / (9 * alpha) + normal / (3 * Math.Sqrt(alpha))).clamp_min(0.02).pow(3);
        var step = 1e-4 * Math.Sqrt(alpha);
        var right = x > alpha;
        var change = where(right, Upper(alpha - step) - Upper(alpha + step), Lower(alpha + step) - Lower(alpha - step)) / (2 * step);
        var density = ((alpha - 1) * x.log() - x - tensor(alpha, float64).lgamma()).exp();
        Check.Close(-change / (x * density), GammaDraws.LogSlope(tensor(alpha, float64).expand(41), x.log()), 2e-6, 1e-9);

        Tensor Lower(double a) => special.gammainc(full_like(x, a), x);
        Tensor Upper(double a) => special.gammaincc(full_like(x, a), x);
    }

    /// <summary>E z = α, so the pathwise gradients have the mean 1; E log z = ψ(α), so those of the logarithm have ψ′(α).</summary>
    [Theory, MemberData(nameof(Concentrations))]
    public void Pathwise_gradients_have_the_mean_of_the_analytic_ones(double concentration)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var alpha = full(400_000, concentration, dtype: float32).requires_grad_();
        new Gamma(alpha, ones(1)).Rsample(1, noise).Z.sum().backward();
        Statistics.AssertMean(1, alpha.grad!);
        alpha.grad = null;
        GammaDraws.Log(alpha, 1, noise).sum().backward();
        Statistics.AssertMean(special.polygamma(1, tensor((double)(float)concentration, float64)).item<double>(), alpha.grad!);
    }

    [Theory, InlineData(0.05), InlineData(0.7), InlineData(1), InlineData(30), InlineData(1e4)]
    public void Gamma_draws_have_their_distribution(double alpha)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var draws = GammaDraws.Log(full(1, alpha, dtype: float64), 50_000, noise).exp();
        Statistics.AssertFits(draws, x => special.gammainc(full_like(x, alpha), x));
    }

    /// <summary>x₁ of shares with concentrations (a, b, c), b + c = 1, has the distribution function xᵃ.</summary>
    [Theory, InlineData(0.2), InlineData(3)]
    public void Dirichlet_draws_have_their_distribution(double a)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var z = new Dirichlet(tensor(new[] { a, 0.4, 0.6 }, float64)).Sample(50_000, noise);
        Check.Close(ones(50_000, dtype: float64), z.sum(dim: -1L), 1e-9);
        Statistics.AssertFits(z.select(-1, 0), x => x.pow(a));
    }

    /// <summary>E zᵢ = αᵢ/Σα, whose gradient is (δᵢⱼ Σα − αᵢ)/(Σα)².</summary>
    [Theory, InlineData(0.02), InlineData(1), InlineData(300)]
    public void Dirichlet_gradients_have_the_mean_of_the_analytic_ones(double scale)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var one = tensor(new[] { 1.0, 2, 0.5 }, float64) * scale;
        var alpha = one.expand(200_000, 3).contiguous().requires_grad_();
        new Dirichlet(alpha).Rsample(1, noise).Z.select(-1, 0).sum().backward();
        for (var j = 0; j < 3; j++)
            Statistics.AssertMean(((j == 0 ? 3.5 : 0) - 1) / (3.5 * 3.5 * scale), alpha.grad!.select(-1, j));
    }

    /// <summary>∫ q log q/p over log x, and ∫ q.</summary>
    [Theory, InlineData(0.3, 2, 2, 1), InlineData(5, 0.5, 2, 1), InlineData(200, 80, 150, 100)]
    public void Gamma_densities_and_divergences_are_their_integrals(double alpha, double beta, double a, double b)
    {
        using var scope = NewDisposeScope();
        var log = arange(-120_000, 8000, dtype: float64) * 1e-3;
        var x = log.exp().unsqueeze(-1);
        var (q, p) = (Of(alpha, beta), Of(a, b));
        // Below 1e-30 densities count x as that; the closed form is of the whole.
        var inside = x.squeeze(-1) > 1e-29;
        var mass = where(inside, q.LogProb(x).exp() * x.squeeze(-1) * 1e-3, zeros(1, dtype: float64));
        Check.Close(1, mass.sum().item<double>(), 1e-6);
        var integral = (mass * (q.LogProb(x) - p.LogProb(x))).sum().item<double>();
        Check.Close(integral, Kl.Total(q, p)!.item<double>(), 1e-6, 1e-6);
        Check.Close(alpha / beta, (mass * x.squeeze(-1)).sum().item<double>(), 1e-6);
        Check.Close(0, Kl.Total(q, q)!.item<double>(), absolute: 1e-9);

        static Gamma Of(double alpha, double beta) => new(Slope.Doubles(alpha), Slope.Doubles(beta));
    }

    public static TheoryData<string> Simplices => ["dirichlet", "logistic-normal"];

    private static (Distribution Q, Distribution P) Pair(string family) => family == "dirichlet"
        ? (new Dirichlet(Slope.Doubles(2, 0.7, 3)), new Dirichlet(Slope.Doubles(1, 1.5, 0.99)))
        : (Normals(Slope.Doubles(0.5, -0.8), Slope.Doubles(-0.7, 0.3)), Normals(Slope.Doubles(0, 0.2), Slope.Doubles(0.4, 0)));

    private static LogisticNormal Normals(Tensor mean, Tensor logVar) => new(new Normal(mean, logVar));

    /// <summary>Over the triangle of three shares: the density has the mass 1, and the divergence is its integral.</summary>
    [Theory, MemberData(nameof(Simplices))]
    public void Densities_of_shares_integrate_to_one_and_divergences_are_their_integrals(string family)
    {
        using var scope = NewDisposeScope();
        var (q, p) = Pair(family);
        var logit = (arange(-600, 600, dtype: float64) + 0.5) * 0.04;
        var (s, t) = (logit.sigmoid().view(-1, 1), logit.sigmoid().view(1, -1));
        var points = stack([s * (1 - t), s * t, (1 - s).expand(1200, 1200)], -1);
        var mass = q.LogProb(points).exp() * s * s * (1 - s) * t * (1 - t) * 0.04 * 0.04;
        Check.Close(1, mass.sum().item<double>(), 1e-5);
        var integral = (mass * (q.LogProb(points) - p.LogProb(points))).sum().item<double>();
        Check.Close(integral, Kl.Total(q, p)!.item<double>(), 1e-4, 1e-5);
    }

    [Theory, MemberData(nameof(Simplices))]
    public void Divergences_of_shares_are_the_mean_log_ratio_of_draws(string family)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var (q, p) = Pair(family);
        var draw = q.Rsample(100_000, noise);
        Check.Close(q.LogProb(draw.Z), draw.LogQ!, 1e-6, 1e-6);
        Statistics.AssertMean(Kl.Total(q, p)!.item<double>(), draw.LogQ! - p.LogProb(draw.Z));
    }

    /// <summary>
    /// Shares of u ~ N(0, I) are those of a softmax of standard normal logits: log zᵢ/zⱼ is N(0, 2) for every pair, so that no share is
    /// another than the others.
    /// </summary>
    [Fact]
    public void Logistic_normal_shares_are_all_alike()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(6);
        var log = Normals(zeros(4, dtype: float64), zeros(4, dtype: float64)).Sample(50_000, noise).log();
        for (var i = 0; i < 5; i++)
        {
            for (var j = 0; j < i; j++)
                Statistics.AssertFits(log.select(-1, i) - log.select(-1, j), x => 0.5 * (1 + (x / 2).erf()));
        }
    }

    /// <summary>Draws that single precision has no number for are still draws with densities and gradients.</summary>
    [Theory, InlineData(1e-2f, 1e4f), InlineData(1e4f, 1e-2f), InlineData(1e-2f, 1e-2f)]
    public void The_ends_of_the_range_are_finite(float alpha, float beta)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(7);
        Tensor concentration = full([50, 3], alpha).requires_grad_(), rate = full([50, 3], beta).requires_grad_();
        foreach (var q in (Distribution[])[new Gamma(concentration, rate), new Dirichlet(concentration)])
        {
            Distribution p = q is Gamma ? new Gamma(full(3, 2f), ones(3)) : new Dirichlet(full(3, 0.99f));
            var draw = q.Rsample(20, noise);
            var loss = draw.Z.mean() + (draw.LogQ! - p.LogProb(draw.Z)).mean() + Kl.Total(q, p)!.mean();
            loss.backward();
            Assert.True(Check.IsFinite(loss) && Check.IsFinite(concentration.grad!) && Check.IsFinite(draw.Z));
            Assert.True(draw.Z.min().item<float>() >= 0);
            foreach (var temperature in new[] { 0, 0.5, 2 })
                Assert.True(Check.IsFinite(q.Sample(5, noise, temperature)) && q.Sample(5, noise, temperature).min().item<float>() >= 0);
        }
    }
}

using VaeSharp.Distributions;

namespace VaeSharp.Tests.Distributions;

/// <summary>Densities against quadrature in double precision.</summary>
public sealed class DensityTests
{
    public static TheoryData<string, double, double> Lines => new()
    {
        { "normal", 0, 0 }, { "normal", 1.5, -3 }, { "normal", -20, 2 }, { "standard-normal", 0, 0 },
        { "laplace", 0, 0 }, { "laplace", -2, -1.5 }, { "laplace", 7, 1 },
    };

    [Theory, MemberData(nameof(Lines))]
    public void A_density_integrates_to_one(string family, double location, double logScale)
    {
        using var scope = NewDisposeScope();
        var (x, step) = Line.Grid(family, location, logScale);
        var mass = (Line.Density(family, location, logScale).LogProb(x).exp() * step).sum().item<double>();
        Check.Close(1, mass, Line.Tolerance);
    }

    [Theory, MemberData(nameof(Lines))]
    public void The_mean_is_the_integral_of_x(string family, double location, double logScale)
    {
        using var scope = NewDisposeScope();
        var (x, step) = Line.Grid(family, location, logScale);
        var density = Line.Density(family, location, logScale);
        var mean = (density.LogProb(x).exp() * x.squeeze(-1) * step).sum().item<double>();
        Check.Close(mean, density.Mean.to_type(float64).item<double>(), Line.Tolerance, Line.Tolerance);
    }

    [Theory]
    [InlineData(0.0), InlineData(-3.7), InlineData(12.0), InlineData(1e4), InlineData(-1e4)]
    public void Bernoulli_sums_to_one_over_its_two_values_and_its_mean_is_the_chance_of_a_one(double logit)
    {
        using var scope = NewDisposeScope();
        var p = new Bernoulli(tensor(new[] { logit }), eventRank: 1);
        var (zero, one) =
            (p.LogProb(zeros(1, dtype: float64)).exp().item<double>(), p.LogProb(ones(1, dtype: float64)).exp().item<double>());
        Check.Close(1, zero + one, 1e-12);
        Check.Close(one, p.Mean.item<double>(), 1e-12);
    }

    [Fact]
    public void Grey_values_of_a_Bernoulli_are_expectations_of_its_log_density()
    {
        using var scope = NewDisposeScope();
        var p = new Bernoulli(linspace(-4, 4, 9, dtype: float64).unsqueeze(-1), eventRank: 1);
        var expectation = 0.3 * p.LogProb(ones(1, dtype: float64)) + 0.7 * p.LogProb(zeros(1, dtype: float64));
        Check.Close(expectation, p.LogProb(full(1, 0.3, dtype: float64)), 1e-12, 1e-12);
    }

    /// <summary>Independence: the log density of an event is the sum over its elements, however many dimensions are one event.</summary>
    [Theory]
    [InlineData("normal"), InlineData("laplace"), InlineData("bernoulli")]
    public void The_log_density_of_an_event_is_the_sum_over_its_elements(string family)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var parameter = noise.Normal([2, 3, 4, 5], CPU);
        var x = noise.Uniform([2, 3, 4, 5], CPU);
        Func<int, Distribution> of = family switch
        {
            "normal" => rank => new Normal(parameter, 0.3 * parameter, rank),
            "laplace" => rank => new Laplace(parameter, 0.3 * parameter, rank),
            _ => rank => new Bernoulli(parameter, rank),
        };
        var elements = of(0).LogProb(x);                                                         // [2, 3, 4, 5]
        Check.Close(elements.sum(dim: 3L), of(1).LogProb(x));
        Check.Close(elements.sum([1L, 2L, 3L]), of(3).LogProb(x));
    }

    /// <summary>One x for all parameters, and many x for one parameter: log densities broadcast both ways.</summary>
    [Theory]
    [InlineData("normal"), InlineData("laplace"), InlineData("bernoulli"), InlineData("standard-normal")]
    public void Log_densities_broadcast_over_draws(string family)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var parameter = noise.Normal([4, 5], CPU);
        Distribution p = family switch
        {
            "normal" => new Normal(parameter, full(1, 0.5)),
            "laplace" => new Laplace(parameter, full(1, 0.5)),
            "bernoulli" => new Bernoulli(parameter, 1),
            _ => new StandardNormal([4, 5], CPU),
        };
        var draws = p.Sample(3, noise);                                                          // [3, 4, 5]
        Check.Close(stack([p.LogProb(draws[0]), p.LogProb(draws[1]), p.LogProb(draws[2])]), p.LogProb(draws));
    }

    /// <summary>Extreme logits lose nothing: log σ(−10⁴) is −10⁴, and the gradient is x − σ(logit).</summary>
    [Fact]
    public void Bernoulli_stays_finite_at_extreme_logits()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[] { 1e4f, -1e4f, 1e4f, -1e4f }).unsqueeze(-1).requires_grad_();
        var x = tensor(new[] { 1f, 0f, 0f, 1f }).unsqueeze(-1);
        var logProb = new Bernoulli(logits, 1).LogProb(x);
        Check.Close(tensor(new[] { 0f, 0f, -1e4f, -1e4f }), logProb);
        logProb.sum().backward();
        Check.Close(x - logits.sigmoid(), logits.grad!);
    }

    /// <summary>e³⁰ and e⁻³⁰ are far inside single precision, and so must be all that is made of them.</summary>
    [Theory]
    [InlineData(-30.0), InlineData(30.0)]
    public void Scales_far_from_one_keep_densities_and_gradients_finite(double logVar)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var parameters = zeros(8, dtype: float32).requires_grad_();
        var scales = full(8, logVar, dtype: float32).requires_grad_();
        foreach (var p in (Distribution[])[new Normal(parameters, scales), new Laplace(parameters, 0.5 * scales)])
        {
            var draw = p.Rsample(16, noise);
            var total = p.LogProb(ones(8)).sum() + draw.LogQ!.sum() + draw.Z.sum();
            total.backward();
            Assert.True(Check.IsFinite(total) && Check.IsFinite(parameters.grad!) && Check.IsFinite(scales.grad!), p.GetType().Name);
        }
        Assert.True(Check.IsFinite(Kl.ByUnit(new Normal(parameters, scales), new StandardNormal([8], CPU))!));
    }

    [Fact]
    public void A_point_has_no_density_and_its_draws_are_the_point()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var point = arange(6, dtype: float32).view(2, 3);
        var delta = new Delta(point);
        var draw = delta.Rsample(4, noise);
        Assert.Null(draw.LogQ);
        Check.Close(point.expand(4, 2, 3), draw.Z, 0, 0);
        Assert.Throws<NotSupportedException>(() => delta.LogProb(point));
    }
}

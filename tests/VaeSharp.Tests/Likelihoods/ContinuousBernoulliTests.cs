using VaeSharp.Distributions;
using VaeSharp.Likelihoods;

namespace VaeSharp.Tests.Likelihoods;

/// <summary>
/// The continuous Bernoulli density against quadrature: its normaliser, and the mean and variance, which are its derivatives.
/// </summary>
public sealed class ContinuousBernoulliTests
{
    /// <summary>
    /// Zero, both sides of it, both sides of where the series ends, and logits that no probability can tell from 0 and 1.
    /// </summary>
    public static TheoryData<double> Logits =>
        [0, 1e-12, -1e-12, 1e-4, -1e-4, 0.03, -0.3, 0.999999, 1.000001, -0.999999, -1.000001, 2, -5, 20, -40, 1e4, -1e4];

    /// <summary>
    /// log ∫ e^(xl), mean and variance of x by Simpson's rule on the sixty scales 1/|l| next to the end where the density is largest.
    /// </summary>
    private static (double LogPartition, double Mean, double Variance) Quadrature(double l)
    {
        const int n = 20_000;
        var (end, length) = (l > 0 ? 1.0 : 0.0, Math.Min(1, 60 / Math.Abs(l)));
        var (mass, first, second) = (0.0, 0.0, 0.0);
        for (var i = 0; i <= n; i++)
        {
            var away = length * i / n;                                                           // from that end
            var weight = (i is 0 or n ? 1 : i % 2 == 1 ? 4 : 2) * length / (3 * n) * Math.Exp(-Math.Abs(l) * away);
            (mass, first, second) = (mass + weight, first + weight * away, second + weight * away * away);
        }
        var mean = first / mass;
        return (Math.Log(mass) + Math.Max(l, 0), l > 0 ? end - mean : mean, second / mass - mean * mean);
    }

    private static ContinuousBernoulli Of(Tensor logits) => new(logits.unsqueeze(-1), 1);

    [Theory, MemberData(nameof(Logits))]
    public void The_density_integrates_to_one_and_its_mean_and_variance_are_the_slopes(double logit)
    {
        using var scope = NewDisposeScope();
        var (partition, mean, variance) = Quadrature(logit);
        var x = 0.37;
        var (value, first, second) = Slope.Of(l => Of(l).LogProb(full(1, 1, x, dtype: float64)), Slope.Doubles(logit));
        Check.Close(x * logit - partition, value[0], 1e-9, 1e-9);
        Check.Close(x - mean, first[0], 1e-9, 1e-9);
        Check.Close(-variance, second[0], 1e-7, 1e-11);
        Check.Close(mean, Of(Slope.Doubles(logit)).Mean.item<double>(), 1e-9, 1e-9);
    }

    /// <summary>Single precision has 6 · 10⁻⁸ of numbers of order 1, of which a few are added; no branch may lose more.</summary>
    [Theory, MemberData(nameof(Logits))]
    public void Single_precision_loses_no_more_than_rounding(double logit)
    {
        using var scope = NewDisposeScope();
        var l = (double)(float)logit;
        var (partition, mean, variance) = Quadrature(l);
        var points = tensor([(float)l], float32);
        foreach (var x in new[] { 0.0, 0.25, 1.0 })
        {
            var (value, first, second) = Slope.Of(at => Of(at).LogProb(full(1, 1, x, dtype: float32)), points);
            Check.Close(x * l - partition, value[0], 1e-6, 1e-6);
            Check.Close(x - mean, first[0], 0, 1e-6);
            Check.Close(-variance, second[0], 1e-5, 1e-6);
        }
        Check.Close(mean, Of(points).Mean.item<float>(), 0, 1e-6);
    }

    /// <summary>
    /// A′ = mean is smooth, and its slope is at most Var ≤ 1/12: values at logits that differ by d differ by d/12 at most.
    /// </summary>
    [Theory, InlineData(0.0), InlineData(1.0), InlineData(-1.0)]
    public void Nothing_jumps_at_one_half_or_where_the_series_ends(double at)
    {
        using var scope = NewDisposeScope();
        const double d = 1e-6;
        var (value, first, second) = Slope.Of(l => Of(l).LogProb(zeros(1, 1, dtype: float64)), Slope.Doubles(at - d, at, at + d));
        foreach (var i in new[] { 0, 2 })
        {
            Check.Close(value[1], value[i], 0, 1.01 * d);
            Check.Close(first[1], first[i], 0, 1.01 * d / 12 + 1e-10);
            Check.Close(second[1], second[i], 0, d);
        }
    }

    /// <summary>eq. 6 and 7: log C(λ) = log(2 artanh(1 − 2λ)/(1 − 2λ)) beside the cross-entropy, and log 2 at one half.</summary>
    [Fact]
    public void It_is_the_Bernoulli_likelihood_and_the_normaliser()
    {
        using var scope = NewDisposeScope();
        var logits = Slope.Doubles(-7, -2, -0.5, 0, 0.5, 2, 7).unsqueeze(-1);
        var x = Slope.Doubles(0, 0.1, 0.4, 0.5, 0.7, 0.95, 1).unsqueeze(-1);
        var lambda = Slope.Numbers(logits.sigmoid());
        var normaliser = lambda.Select(p => p == 0.5 ? Math.Log(2) : Math.Log(2 * Math.Atanh(1 - 2 * p) / (1 - 2 * p))).ToArray();
        var expected = new Bernoulli(logits, 1).LogProb(x) + Slope.Doubles(normaliser);
        Check.Close(expected, new ContinuousBernoulli(logits, 1).LogProb(x), 1e-10, 1e-10);
    }

    [Theory, InlineData(0.0), InlineData(1e-3), InlineData(-3.0), InlineData(3.0), InlineData(60.0), InlineData(-60.0)]
    public void Draws_fit_the_distribution_function(double logit)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(31);
        var draws = new ContinuousBernoulli(full(10, logit, dtype: float32), 1).Sample(10_000, noise);
        Assert.True(draws.min().item<float>() >= 0 && draws.max().item<float>() <= 1);
        // (e^(xl) − 1)/(e^l − 1), from the end where the density is largest.
        Statistics.AssertFits(draws, x => logit switch
        {
            0 => x,
            < 0 => (x * logit).expm1() / (Math.Exp(logit) - 1),
            _ => 1 - ((1 - x) * -logit).expm1() / (Math.Exp(-logit) - 1),
        });
    }

    [Fact]
    public void Draws_and_examples_broadcast_and_events_sum()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(32);
        var logits = noise.Normal([4, 2, 3], CPU);
        var p = new ContinuousBernoulli(logits, 2);
        var draws = p.Sample(3, noise);
        Assert.Equal([3, 4, 2, 3], draws.shape);
        Check.Close(stack([p.LogProb(draws[0]), p.LogProb(draws[1]), p.LogProb(draws[2])]), p.LogProb(draws));
        Check.Close(new ContinuousBernoulli(logits, 0).LogProb(draws[0]).sum([1L, 2L]), p.LogProb(draws[0]));
    }

    [Fact]
    public void Data_outside_of_zero_and_one_are_refused() =>
        Assert.Contains("[0, 1]", new ContinuousBernoulliLikelihoodSpec().Refuses(new DataSpec(3) { Low = -1 })!);
}

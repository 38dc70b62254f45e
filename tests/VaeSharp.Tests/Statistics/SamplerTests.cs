using VaeSharp.Distributions;

namespace VaeSharp.Tests.Sampling;

/// <summary>
/// Goodness of fit of every sampler. Seeds are arbitrary; the chance that a right sampler fails is 10⁻⁸ for each comparison.
/// </summary>
public sealed class SamplerTests
{
    private const long Draws = 100_000;

    private static Tensor NormalCdf(Tensor x) => 0.5 * (1 + (x / Math.Sqrt(2)).erf());

    private static Tensor LaplaceCdf(Tensor x) => 0.5 + 0.5 * x.sign() * (1 - (-x.abs()).exp());

    [Fact]
    public void Normal_noise_is_normal()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(21);
        Statistics.AssertFits(noise.Normal([100, Draws / 100], CPU), NormalCdf);
    }

    [Fact]
    public void Uniform_noise_is_uniform_below_one()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(22);
        var u = noise.Uniform([100, Draws / 100], CPU);
        Assert.True(u.min().item<float>() >= 0 && u.max().item<float>() < 1);
        Statistics.AssertFits(u, x => x);
    }

    /// <summary>Were neighbours dependent, the sum of two, over √2, would not be normal with variance 1.</summary>
    [Fact]
    public void Neighbours_of_normal_noise_are_independent()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(23);
        var pairs = noise.Normal([Draws, 2], CPU);
        Statistics.AssertFits(pairs.sum(dim: 1L) / Math.Sqrt(2), NormalCdf);
        var calls = noise.Normal([Draws], CPU) + noise.Normal([Draws], CPU);
        Statistics.AssertFits(calls / Math.Sqrt(2), NormalCdf);
    }

    [Theory, InlineData(0.0, 0.0), InlineData(3.0, -4.0), InlineData(-100.0, 2.0)]
    public void Normal_draws_fit_their_distribution_function(double mean, double logVar)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(24);
        var q = new Normal(full([10, 4], mean, dtype: float32), full(1, logVar, dtype: float32));
        var draw = q.Rsample(Draws / 40, noise).Z;
        Statistics.AssertFits(draw, x => NormalCdf((x - mean) / Math.Exp(0.5 * logVar)));
    }

    [Fact]
    public void Standard_normal_draws_fit_their_distribution_function()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(25);
        Statistics.AssertFits(new StandardNormal([2, 5], CPU).Rsample(Draws / 10, noise).Z, NormalCdf);
    }

    [Theory, InlineData(0.0, 0.0), InlineData(3.0, -2.0), InlineData(-50.0, 1.0)]
    public void Laplace_draws_fit_their_distribution_function(double mean, double logScale)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(26);
        var q = new Laplace(full([10, 4], mean, dtype: float32), full(1, logScale, dtype: float32));
        Statistics.AssertFits(q.Rsample(Draws / 40, noise).Z, x => LaplaceCdf((x - mean) / Math.Exp(logScale)));
    }

    [Theory, InlineData(0.5), InlineData(0.03), InlineData(0.9)]
    public void Bernoulli_draws_are_one_as_often_as_they_should(double p)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(27);
        var draws = new Bernoulli(full([100], Math.Log(p / (1 - p)), dtype: float32), 1).Sample(Draws / 100, noise);
        var ones = draws.eq(1).sum().item<long>();
        Assert.Equal(Draws - ones, draws.eq(0).sum().item<long>());
        Statistics.AssertFits([Draws - ones, ones], [1 - p, p]);
    }

    /// <summary>A fair coin that is always certain: logits beyond single precision's sigmoid draw one value only.</summary>
    [Fact]
    public void Certain_Bernoulli_draws_are_certain()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(28);
        var draws = new Bernoulli(tensor(new[] { 1e4f, -1e4f }), 1).Sample(1000, noise);
        Check.Close(tensor(new[] { 1f, 0f }).expand(1000, 2), draws, 0, 0);
    }

    [Fact]
    public void Every_order_of_four_things_is_drawn_as_often()
    {
        using var noise = new SeededNoise(29);
        var counts = new Dictionary<string, long>();
        for (var i = 0; i < 12_000; i++)
        {
            using var order = noise.Permutation(4, CPU);
            var name = string.Concat(order.data<long>());
            counts[name] = counts.GetValueOrDefault(name) + 1;
        }
        Assert.All(counts.Keys, order => Assert.Equal("0123", string.Concat(order.Order())));
        Assert.Equal(24, counts.Count);
        Statistics.AssertFits([.. counts.Values], [.. Enumerable.Repeat(1.0 / 24, 24)]);
    }
}

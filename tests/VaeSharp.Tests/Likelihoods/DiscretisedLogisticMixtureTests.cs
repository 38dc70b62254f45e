using VaeSharp.Distributions;
using VaeSharp.Likelihoods;

namespace VaeSharp.Tests.Likelihoods;

/// <summary>Mixtures of discretised logistics against sums over every pixel that there can be.</summary>
public sealed class DiscretisedLogisticMixtureTests
{
    private const int L = 4;

    private static double Sigmoid(double t) => 1 / (1 + Math.Exp(-t));

    private static double Mass(int index, double mu, double s, int count = L) => (index == count - 1 ? 1 : Sigmoid((index + 0.5 - mu) / s))
        - (index == 0 ? 0 : Sigmoid((index - 0.5 - mu) / s));

    // One coloured pixel of three components: weights [K, 1], the rest [K, 3, 1].
    private static (Tensor Logits, Tensor Location, Tensor LogScale, Tensor Coefficients) Parameters(double spread = 1)
    {
        using var noise = new SeededNoise(41);
        return (noise.Normal([3, 1], CPU).to_type(float64), 1.5 + spread * noise.Normal([3, 3, 1], CPU).to_type(float64),
            -0.7 + 0.3 * noise.Normal([3, 3, 1], CPU).to_type(float64), noise.Normal([3, 3, 1], CPU).to_type(float64).tanh());
    }

    private static DiscretisedLogisticMixture Coloured(ScalarType type = ScalarType.Float64)
    {
        var (logits, location, logScale, coefficients) = Parameters();
        return new(logits.to_type(type), location.to_type(type), logScale.to_type(type), coefficients.to_type(type),
            new DataLevels(0, 1, L), [3, 1, 1]);
    }

    private static Tensor AllColours(int count = L) => tensor([.. from r in Enumerable.Range(0, count)
                                                                  from g in Enumerable.Range(0, count)
                                                                  from b in Enumerable.Range(0, count)
                                                                  from value in new[] { r, g, b }
                                                                  select (double)value], float64).view(-1, 3, 1, 1);

    /// <summary>eq. 3 in scalars: green's location is μ + α r, blue's μ + β r + γ g, with colours on [−1, 1].</summary>
    private static double[] ByHand()
    {
        var (logits, location, logScale, coefficients) = Parameters();
        double[] w = Slope.Numbers(logits.softmax(0)), m = Slope.Numbers(location);
        double[] s = Slope.Numbers(logScale.exp()), c = Slope.Numbers(coefficients);
        var half = 0.5 * (L - 1);
        return [.. from r in Enumerable.Range(0, L)
                   from g in Enumerable.Range(0, L)
                   from b in Enumerable.Range(0, L)
                   select Enumerable.Range(0, 3).Sum(k => w[k] * Mass(r, m[3 * k], s[3 * k])
                       * Mass(g, m[3 * k + 1] + half * c[3 * k] * (r / half - 1), s[3 * k + 1])
                       * Mass(b, m[3 * k + 2] + half * (c[3 * k + 1] * (r / half - 1) + c[3 * k + 2] * (g / half - 1)), s[3 * k + 2]))];
    }

    [Fact]
    public void Coloured_pixels_have_the_papers_probabilities_and_they_sum_to_one()
    {
        using var scope = NewDisposeScope();
        var found = Coloured().LogProb(AllColours()).exp();
        Check.Close(Slope.Doubles(ByHand()), found, 1e-9, 1e-12);
        Check.Close(1, found.sum().item<double>(), 1e-12);
    }

    [Fact]
    public void Coloured_draws_are_pixels_as_often_as_they_should()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(42);
        var draws = Coloured(ScalarType.Float32).Sample(200_000, noise);                         // [S, 3, 1, 1]
        Assert.Equal([200_000, 3, 1, 1], draws.shape);
        var code = (draws.view(-1, 3) * tensor(new float[] { L * L, L, 1 })).sum(dim: 1L).to_type(int64);
        var counts = code.bincount(null, L * L * L).data<long>().ToArray();
        Statistics.AssertFits(counts, ByHand());
    }

    /// <summary>Without colours, a mean is exact. Eight pixels of one channel.</summary>
    [Fact]
    public void Grey_pixels_sum_to_one_and_their_mean_is_the_sum()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(43);
        var (logits, location, logScale) = (noise.Normal([5, 8], CPU).to_type(float64), 5 * noise.Normal([5, 1, 8], CPU).to_type(float64),
            noise.Normal([5, 1, 8], CPU).to_type(float64));
        var levels = new DataLevels(-1, 0.25, 9);
        var masses = zeros(8, dtype: float64);
        var mean = zeros(8, dtype: float64);
        for (var i = 0; i < 9; i++)
        {
            // One pixel at a time: the others of an event at the same level.
            var x = full(1, -1 + 0.25 * i, dtype: float64);
            var mass = stack([.. Enumerable.Range(0, 8).Select(r => new DiscretisedLogisticMixture(logits.narrow(-1, r, 1),
                location.narrow(-1, r, 1), logScale.narrow(-1, r, 1), null, levels, [1]).LogProb(x).exp())]);
            masses += mass;
            mean += mass * (-1 + 0.25 * i);
        }
        Check.Close(ones(8, dtype: float64), masses, 1e-12, 1e-12);
        Check.Close(mean, new DiscretisedLogisticMixture(logits, location, logScale, null, levels, [1, 2, 4]).Mean.view(8), 1e-10, 1e-10);
    }

    /// <summary>
    /// Colours in the middle of the range, with small scales: what the tails beyond its ends hold moves the mean by less than 0.01 levels.
    /// </summary>
    [Fact]
    public void The_mean_of_colours_is_right_but_for_the_tails()
    {
        using var scope = NewDisposeScope();
        const int count = 16;
        var (logits, location, _, coefficients) = Parameters();
        var p = new DiscretisedLogisticMixture(logits, location + 6, full([3, 3, 1], Math.Log(0.4), dtype: float64), 0.5 * coefficients,
            new DataLevels(0, 1, count), [3, 1, 1]);
        var colours = AllColours(count);
        var expected = (p.LogProb(colours).exp().view(-1, 1) * colours.view(-1, 3)).sum(dim: 0L);
        Check.Close(expected, p.Mean.view(3), 0, 0.01);
    }

    [Fact]
    public void A_mixture_of_one_or_of_equals_is_the_single_distribution()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(44);
        var (location, logScale) = (3 * noise.Normal([6, 1, 2, 4], CPU), noise.Normal([6, 1, 2, 4], CPU));
        var levels = new DataLevels(0, 1.0 / 7, 8);
        var x = (noise.Uniform([6, 2, 2, 2], CPU) * 7).round() / 7;
        var single = new DiscretisedLogistic(location.view(6, 2, 2, 2), logScale.view(6, 2, 2, 2), levels, 3);
        var one = new DiscretisedLogisticMixture(zeros(6, 1, 4), location, logScale, null, levels, [2, 2, 2]);
        Check.Close(single.LogProb(x), one.LogProb(x));
        Check.Close(single.Mean, one.Mean);
        var equals = new DiscretisedLogisticMixture(noise.Normal([6, 3, 4], CPU), location.expand(6, 3, 2, 4), logScale.expand(6, 3, 2, 4),
            null, levels, [2, 2, 2]);
        // A pixel's channels share the component, so equals are independent all the same.
        Check.Close(single.LogProb(x), equals.LogProb(x), 1e-5, 1e-5);
    }

    /// <summary>
    /// The likelihood: 0 is the middle of the range and 1 is half of it, for location and scale, and the pixel's logits are the channels'
    /// mean.
    /// </summary>
    [Fact]
    public void Decoded_numbers_have_the_papers_scale()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(45);
        var data = new DataSpec(3, 2, 2) { Low = -2, High = 4, Levels = L };
        var likelihood = new DiscretisedLogisticMixtureLikelihoodSpec { Components = 2 }.Build(data);
        Assert.Equal(8, likelihood.Parameters);
        var output = noise.Normal([5, 8, 3, 2, 2], CPU);
        var x = ((noise.Uniform([5, 3, 2, 2], CPU) * 3).round() * 2 - 2).contiguous();
        var parts = output.view(5, 4, 2, 3, 4).unbind(1);                                        // [5, K, C, R]
        var floor = -7 + (1 + (parts[2].to_type(float64) + 7).exp()).log();
        var byHand = new DiscretisedLogisticMixture(parts[0].mean([2L]), 1.5 + 1.5 * parts[1], (floor + Math.Log(1.5)).to_type(float32),
            parts[3].tanh(), new DataLevels(-2, 2, L), [3, 2, 2]);
        Check.Close(byHand.LogProb(x), likelihood.For(output, null).LogProb(x));
    }

    [Fact]
    public void Draws_and_examples_broadcast()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(46);
        var data = new DataSpec(3, 2, 2) { Levels = 16 };
        var likelihood = new DiscretisedLogisticMixtureLikelihoodSpec().Build(data);
        var p = likelihood.For(noise.Normal([4, 40, 3, 2, 2], CPU), null);
        var draws = p.Sample(3, noise);
        Assert.Equal([3, 4, 3, 2, 2], draws.shape);
        Check.Close(stack([p.LogProb(draws[0]), p.LogProb(draws[1]), p.LogProb(draws[2])]), p.LogProb(draws));
        var many = likelihood.For(noise.Normal([3, 4, 40, 3, 2, 2], CPU), null);
        Check.Close(many.LogProb(draws[0].expand(3, 4, 3, 2, 2)), many.LogProb(draws[0]), 0, 0);
    }
}

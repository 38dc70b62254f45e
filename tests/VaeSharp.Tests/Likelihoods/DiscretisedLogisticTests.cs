using VaeSharp.Distributions;
using VaeSharp.Likelihoods;

namespace VaeSharp.Tests.Likelihoods;

/// <summary>The discretised logistic distribution against sums over its levels and the difference of two sigmoids.</summary>
public sealed class DiscretisedLogisticTests
{
    public static TheoryData<int, double, double> Shapes => new()
    {
        { 2, 0.3, 0 }, { 2, -3, -4 }, { 3, 1, 2 }, { 16, 7.4, -2 }, { 256, 127.5, 3 }, { 256, 0, -2 },
        { 256, 300, 0.5 }, { 256, 80.2, 12 }, { 256, -2000, 1 },
    };

    private static Tensor LogMasses(long count, double location, double logScale, ScalarType type) => DiscretisedLogistic.LogMass(
        arange(count, dtype: type), full(1, location, dtype: type), full(1, logScale, dtype: type), count);

    private static double Sigmoid(double t) => 1 / (1 + Math.Exp(-t));

    [Theory, MemberData(nameof(Shapes))]
    public void Probabilities_sum_to_one_over_the_levels(int count, double location, double logScale)
    {
        using var scope = NewDisposeScope();
        Check.Close(1, LogMasses(count, location, logScale, float64).exp().sum().item<double>(), 1e-12);
        // In single precision a level's end is known to 6 · 10⁻⁸ of its place, in scales.
        var rounding = 1e-5 + 2e-7 * (Math.Abs(location) + count) * Math.Exp(-logScale);
        Check.Close(1, LogMasses(count, location, logScale, float32).exp().sum().item<float>(), rounding);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void The_mean_is_the_sum_of_levels_by_their_probabilities(int count, double location, double logScale)
    {
        using var scope = NewDisposeScope();
        var levels = new DataLevels(-1, 0.25, count);
        var p = new DiscretisedLogistic(Slope.Doubles(location), Slope.Doubles(logScale), levels, 0);
        var values = levels.ValueOf(arange(count, dtype: float64));
        var expected = (LogMasses(count, location, logScale, float64).exp() * values).sum().item<double>();
        Check.Close(expected, p.Mean.item<double>(), 1e-10, 1e-10);
    }

    /// <summary>
    /// eq. 2 with one component, as it is written, where a difference of two sigmoids in double precision still has digits.
    /// </summary>
    [Theory, InlineData(0.0), InlineData(1.5), InlineData(-1.0)]
    public void A_level_has_the_difference_of_two_sigmoids_and_the_ends_have_the_tails(double logScale)
    {
        using var scope = NewDisposeScope();
        const double location = 4.3;
        var s = Math.Exp(logScale);
        var expected = Enumerable.Range(0, 10).Select(i => Math.Log(
            (i == 9 ? 1 : Sigmoid((i + 0.5 - location) / s)) - (i == 0 ? 0 : Sigmoid((i - 0.5 - location) / s)))).ToArray();
        Check.Close(Slope.Doubles(expected), LogMasses(10, location, logScale, float64), 1e-8, 1e-8);
    }

    /// <summary>
    /// Far above the location, σ(b) − σ(a) = e⁻ᵃ − e⁻ᵇ = e⁻ᵃ (1 − e^(a − b)) to all digits: a number that no sigmoid has.
    /// </summary>
    [Theory, InlineData(-2.0), InlineData(0.0), InlineData(2.0)]
    public void Tails_are_exact_where_sigmoids_are_equal(double logScale)
    {
        using var scope = NewDisposeScope();
        const double location = -5000;
        var (s, index) = (Math.Exp(logScale), 100);
        var a = (index - 0.5 - location) / s;
        var expected = -a + Math.Log(1 - Math.Exp(-1 / s));
        Check.Close(expected, LogMasses(256, location, logScale, float32)[index].item<float>(), 1e-6);
        var (_, slope, _) = Slope.Of(
            mu => DiscretisedLogistic.LogMass(full(1, index, dtype: float32), mu, full(1, logScale, dtype: float32), 256),
            full(1, location, dtype: float32));
        Check.Close(1 / s, slope[0], 1e-5);                                                      // it pulls the location towards the data
    }

    /// <summary>
    /// The midpoint rule: a level's probability over its width is the density at its middle, but for w²/24 times a curvature of 8/s² at
    /// most.
    /// </summary>
    [Fact]
    public void With_many_levels_it_is_the_logistic_density()
    {
        using var scope = NewDisposeScope();
        const double s = 2000;
        var index = Slope.Doubles(20_000, 49_000, 50_000, 53_000);
        var t = (index - 50_000) / s;
        var density = -t - 2 * (1 + (-t).exp()).log() - Math.Log(s);
        var found = DiscretisedLogistic.LogMass(index, Slope.Doubles(50_000), Slope.Doubles(Math.Log(s)), 100_001);
        Check.Close(density, found, 0, 1 / (3 * s * s));
    }

    /// <summary>
    /// An infinite scale puts half on either end, and log(1/4s) on each level between: with finite gradients, though 1/s is 0.
    /// </summary>
    [Fact]
    public void Scales_without_an_inverse_have_gradients()
    {
        using var scope = NewDisposeScope();
        var (location, logScale) = (full(1, 40f).requires_grad_(), full(1, 200f).requires_grad_());
        var logMass = DiscretisedLogistic.LogMass(tensor(new[] { 0f, 100f, 255f }), location, logScale, 256);
        logMass.sum().backward();
        Check.Close(tensor(new[] { -(float)Math.Log(2), -200f - (float)Math.Log(4), -(float)Math.Log(2) }), logMass, 1e-6);
        Check.Close(0, location.grad!.item<float>());
        Check.Close(-1, logScale.grad!.item<float>());
    }

    [Theory, InlineData(0.0, 0), InlineData(-2.0, 3), InlineData(1.0, 7), InlineData(0.5, 4)]
    public void Gradients_are_the_limits_of_differences(double logScale, int index)
    {
        using var scope = NewDisposeScope();
        const double location = 3.2;
        var at = Slope.Doubles(index);
        Compare(m => DiscretisedLogistic.LogMass(at, m, Slope.Doubles(logScale), 8), m => Mass(m, logScale), location);
        Compare(s => DiscretisedLogistic.LogMass(at, Slope.Doubles(location), s, 8), s => Mass(location, s), logScale);

        double Mass(double mu, double logS) => Math.Log((index == 7 ? 1 : Sigmoid((index + 0.5 - mu) / Math.Exp(logS)))
            - (index == 0 ? 0 : Sigmoid((index - 0.5 - mu) / Math.Exp(logS))));

        static void Compare(Func<Tensor, Tensor> found, Func<double, double> expected, double at)
        {
            var (value, first, second) = Slope.Of(found, Slope.Doubles(at));
            var (slope, curvature) = Slope.Differences(expected, at, h: 1e-4);
            Check.Close(expected(at), value[0], 1e-8, 1e-8);
            Check.Close(slope, first[0], 1e-5, 1e-5);
            Check.Close(curvature, second[0], 1e-4, 1e-4);
        }
    }

    [Theory, InlineData(3.2, 0.0), InlineData(-1.0, 1.0), InlineData(5.4, -3.0)]
    public void Draws_are_levels_as_often_as_they_should(double location, double logScale)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(36);
        var levels = new DataLevels(-1, 0.5, 8);
        var p = new DiscretisedLogistic(full(10, location, dtype: float32), full(1, logScale, dtype: float32), levels, 1);
        var draws = p.Sample(10_000, noise);
        var probabilities = Slope.Numbers(LogMasses(8, location, logScale, float64).exp());
        var index = levels.PositionOf(draws);
        Check.Close(index.round(), index, 0, 0);
        var counts = Enumerable.Range(0, 8).Select(i => index.eq(i).sum().item<long>()).ToList();
        Assert.Equal(100_000, counts.Sum());
        // Levels that are too rare for χ² are one class.
        var rare = Enumerable.Range(0, 8).Where(i => probabilities[i] < 1e-3).ToList();
        var often = Enumerable.Range(0, 8).Except(rare).ToList();
        long[] rest = rare.Sum(i => probabilities[i]) > 1e-4 ? [rare.Sum(i => counts[i])] : [];
        Statistics.AssertFits([.. often.Select(i => counts[i]), .. rest],
            [.. often.Select(i => probabilities[i]), .. rest.Select(_ => rare.Sum(i => probabilities[i]))]);
    }

    /// <summary>
    /// The likelihood, of bytes in [0, 1]: its parts are the formula's with δ = 1/255, and values between levels are the nearest.
    /// </summary>
    [Theory, InlineData(NoiseSource.Learned), InlineData(NoiseSource.Fixed), InlineData(NoiseSource.Decoded)]
    public void The_likelihood_of_bytes_is_the_formula(NoiseSource source)
    {
        using var scope = NewDisposeScope();
        var data = new DataSpec(2, 3, 3) { Levels = 256 };
        var likelihood = new DiscretisedLogisticLikelihoodSpec { Noise = source, Scale = 0.1 }.Build(data);
        // One for each channel.
        Assert.Equal(source == NoiseSource.Learned ? 2 : 0, likelihood.parameters().Sum(parameter => parameter.numel()));
        using var noise = new SeededNoise(37);
        var mean = noise.Normal([4, 1, 2, 3, 3], CPU);
        var p = likelihood.For(source == NoiseSource.Decoded ? cat([mean, zeros_like(mean)], 1) : mean, null);
        var x = (noise.Uniform([4, 2, 3, 3], CPU) * 255).round() / 255;
        var mu = (mean.squeeze(1).to_type(float64) + 1) / 2;                                     // beyond the ends too
        const double s = 0.1;
        var (a, b) = ((x.to_type(float64) - 0.5 / 255 - mu) / s, (x.to_type(float64) + 0.5 / 255 - mu) / s);
        var expected = (where(x == 1, ones_like(b), b.sigmoid()) - where(x == 0, zeros_like(a), a.sigmoid())).log().sum([1L, 2L, 3L]);
        Check.Close(expected, p.LogProb(x).to_type(float64), 1e-5, 1e-4);
        Check.Close(p.LogProb(x), p.LogProb(x + 0.4 / 255), 0, 0);
        Check.Close(p.LogProb(x), p.LogProb(x - 0.4 / 255), 0, 0);
    }

    [Fact]
    public void Scales_that_are_not_fixed_stay_above_their_floor()
    {
        using var scope = NewDisposeScope();
        var levels = new DataLevels(0, 1.0 / 255, 256);
        var logScale = DiscretisedLogisticLikelihood.InLevels(tensor(new[] { -1000f, 0f, 20f }), levels);
        Check.Close(tensor(new[] { -7f, (float)Math.Log(1 + Math.Exp(-7)), 20f }) + Math.Log(127.5), logScale, 1e-5, 1e-5);
    }
}

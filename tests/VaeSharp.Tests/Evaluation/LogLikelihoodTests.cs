using VaeSharp.Models;
using VaeSharp.Tests.Training;
using VaeSharp.Training;

namespace VaeSharp.Tests.Evaluation;

public sealed class LogLikelihoodTests
{
    private static double[] Estimate(LinearGaussian linear, Tensor x, int samples, int chunk, long seed = 3)
    {
        using var noise = new SeededNoise(seed);
        return LogLikelihood.Of(linear.Model, new Batch(x), samples, chunk, noise).Values;
    }

    /// <summary>
    /// With the exact posterior every weight is p(x): one draw, any draws, and a last chunk that is short give log p(x) to rounding. So a
    /// wrong sign, a draw too many or too few, and a remainder that is dropped but counted show up without any spread.
    /// </summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 64)]
    [InlineData(7, 3)]
    [InlineData(100, 64)]
    public void With_the_exact_posterior_it_is_the_log_evidence(int samples, int chunk)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var linear = new LinearGaussian();
        var x = linear.Draw(5, noise);
        Check.Close(linear.LogEvidence(x), Estimate(linear, x, samples, chunk).Average(), absolute: 1e-4);
    }

    /// <summary>
    /// With another posterior the weights spread. Estimates by many seeds have the mean log p(x) less Var(w)/(2K), which is far below the
    /// standard error here; the chunk decides nothing but memory.
    /// </summary>
    [Theory]
    [InlineData(4_001, 4_001)]
    [InlineData(4_001, 500)]
    public void With_another_posterior_it_is_near_the_log_evidence_whatever_the_chunk_is(int samples, int chunk)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var linear = new LinearGaussian(shift: 0.2, spread: 1.2);
        var x = linear.Draw(1, noise);
        var seeds = Enumerable.Range(1, 20).Select(seed => Estimate(linear, x, samples, chunk, seed).Single()).ToList();
        var (mean, error) = Statistics.MeanOf(seeds);
        var bias = error * error * seeds.Count;                                                   // Var(w)/K, twice the bias
        Check.Close(linear.LogEvidence(x), mean, relative: 0, absolute: Statistics.Sigmas * error + bias + 1e-4);
        Assert.True(linear.Gap > 10 * (Statistics.Sigmas * error + bias), "the bound alone would pass");
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers_and_every_example_has_its_own()
    {
        using var folder = new TemporaryFolder();
        Small.Train(Small.Experiment("vae", epochs: 1), folder["run"]);
        using var run = Run.Open(folder["run"]);
        var data = TestData.Squares(43);
        var first = run.LogLikelihood(data, samples: 250);
        Assert.Equal(43, first.Values.Length);
        Assert.Equal(first.Values, run.LogLikelihood(data, samples: 250).Values);
        Assert.NotEqual(first.Values, run.LogLikelihood(data, samples: 250, seed: 1).Values);
        Assert.True(-first.Mean < first.Reconstruction.Average() + first.Divergence.Average(), "no tighter than the evidence lower bound");
    }

    [Fact]
    public void A_model_without_densities_is_refused()
    {
        using var folder = new TemporaryFolder();
        Small.Train(Small.Experiment("rae", epochs: 1), folder["run"]);
        using var run = Run.Open(folder["run"]);
        var failure = Assert.Throws<ArgumentException>(() => run.LogLikelihood(TestData.Squares(3)));
        Assert.StartsWith("log p(x) cannot be estimated: the posterior of model 'rae'", failure.Message);
    }
}

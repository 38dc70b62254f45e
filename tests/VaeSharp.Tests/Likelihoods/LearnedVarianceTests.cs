using VaeSharp.Distributions;
using VaeSharp.Likelihoods;

namespace VaeSharp.Tests.Likelihoods;

/// <summary>The Gaussian likelihood whose mean and variance are both decoded.</summary>
public sealed class LearnedVarianceTests
{
    /// <summary>Where the second output is 0 it is the fixed Gaussian, whatever the σ that it starts at.</summary>
    [Theory, InlineData(1.0), InlineData(0.003), InlineData(20.0)]
    public void It_starts_as_the_fixed_Gaussian(double sigma)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(51);
        var data = new DataSpec(1, 3, 3);
        var (mean, x) = (noise.Normal([7, 1, 1, 3, 3], CPU), noise.Uniform([7, 1, 3, 3], CPU));
        var fixedNoise = new GaussianLikelihoodSpec { Sigma = sigma }.Build(data).For(mean, null);
        var learned = new LearnedVarianceGaussianLikelihoodSpec { Sigma = sigma }.Build(data).For(cat([mean, zeros_like(mean)], 1), null);
        Check.Close(fixedNoise.Mean, learned.Mean, 0, 1e-7);                                 // the last bit depends on the layout in memory
        Check.Close(fixedNoise.LogProb(x), learned.LogProb(x), 1e-4);
    }

    /// <summary>
    /// Each element has its own: −log p = Σ ½ (x − μ)²/σ² + log σ + ½ log 2π with log σ = −6 + log(1 + e^(r/2 + 6)), at σ = 1 and r = 0.
    /// </summary>
    [Fact]
    public void Each_element_has_its_own_variance()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(52);
        var likelihood = new LearnedVarianceGaussianLikelihoodSpec { Sigma = 1, Mean = MeanLink.Identity }.Build(new DataSpec(5));
        var (output, x) = (3 * noise.Normal([4, 2, 5], CPU), noise.Normal([4, 5], CPU));
        var (mu, r) = (output.select(1, 0).to_type(float64), output.select(1, 1).to_type(float64));
        var logSigma = -6 + (1 + (0.5 * r + Math.Log(Math.Exp(6) - 1)).exp()).log();
        var expected = (0.5 * (x - mu).square() * (-2 * logSigma).exp() + logSigma + 0.5 * Math.Log(2 * Math.PI)).sum(dim: 1L);
        Check.Close(expected, -likelihood.For(output, null).LogProb(x).to_type(float64), 1e-5, 1e-5);
    }

    /// <summary>A pixel that is black in every image has an error of 0, and log σ → −∞ would raise its density without end.</summary>
    [Theory, InlineData(-1e4f), InlineData(1e4f)]
    public void The_deviation_stays_above_its_floor_and_gradients_are_numbers(float output)
    {
        using var scope = NewDisposeScope();
        var likelihood = new LearnedVarianceGaussianLikelihoodSpec { Mean = MeanLink.Identity }.Build(new DataSpec(3));
        var parameters = cat([full([2, 1, 3], 0.5f), full([2, 1, 3], output)], 1).requires_grad_();
        var p = (Normal)likelihood.For(parameters, null);
        Assert.True(p.LogVar.min().item<float>() >= -12);
        var loss = -p.LogProb(full([2, 3], 0.5f)).mean();
        loss.backward();
        Assert.True(Check.IsFinite(loss) && Check.IsFinite(parameters.grad!));
    }
}

using VaeSharp.Distributions;

namespace VaeSharp.Tests.Traps;

/// <summary>What well-known implementations of these likelihoods get wrong.</summary>
public sealed class LikelihoodTraps
{
    /// <summary>
    /// A15, PyTorch-VAE's LogCoshVAE: a t + log(1 + e^(−2at)) overflows for negative t, from |t| = 0.44 on at its a = 100.
    /// </summary>
    [Theory, InlineData(100.0), InlineData(1e4)]
    public void A15_Log_cosh_of_a_large_negative_error_is_finite(double sharpness)
    {
        using var scope = NewDisposeScope();
        var t = tensor(new[] { -1e4f, -1f, 1f, 1e4f }).requires_grad_();
        var loss = -new LogCosh(zeros(1), sharpness, 1, 0).LogProb(t) - LogCosh.LogMass(sharpness, 1);
        loss.sum().backward();
        Check.Close(tensor(new[] { 1e4f, 1f, 1f, 1e4f }) - Math.Log(2) / sharpness, loss, 1e-6, 1e-5);
        Check.Close(tensor(new[] { -1f, -1f, 1f, 1f }), t.grad!);
    }

    /// <summary>
    /// A15: the mean over pixels, beside a divergence that is summed over units, makes the divergence weigh D times as much. An image twice
    /// as large costs twice as much.
    /// </summary>
    [Fact]
    public void A15_Log_cosh_of_an_image_is_the_sum_over_its_pixels()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var (mean, x) = (noise.Uniform([1, 5, 7], CPU), noise.Uniform([1, 5, 7], CPU));
        var one = -new LogCosh(mean, 10, 1, 3).LogProb(x);
        Check.Close(2 * one, -new LogCosh(cat([mean, mean], 1), 10, 1, 3).LogProb(cat([x, x], 1)), 1e-5);
        Check.Close(((10 * (x - mean)).cosh().log() / 10).sum() + 35 * LogCosh.LogMass(10, 1), one, 1e-5);
    }

    /// <summary>
    /// The error in the paper's title: the cross-entropy of grey values is not a log density, its integral over [0, 1] falls below 1 and
    /// depends on λ, and what maximises it has λ = x where the density has a mean of x.
    /// </summary>
    [Fact]
    public void Cross_entropy_alone_is_no_density_of_grey_values()
    {
        using var scope = NewDisposeScope();
        var x = (arange(0, 10_000, dtype: float64).unsqueeze(-1) + 0.5) / 10_000;
        foreach (var logit in new[] { 0.0, 2, -4 })
        {
            var logits = full(1, logit, dtype: float64);
            Check.Close(1, new ContinuousBernoulli(logits, 1).LogProb(x).exp().mean().item<double>(), 1e-6);
            Assert.True(new Bernoulli(logits, 1).LogProb(x).exp().mean().item<double>() < 0.75);
        }
        // The logit that is best for x = 0.2 has a slope of 0 there: found by bisection of the mean.
        var (low, high) = (-50.0, 0.0);
        while (high - low > 1e-9)
        {
            var middle = (low + high) / 2;
            var mean = new ContinuousBernoulli(full(1, middle, dtype: float64), 1).Mean.item<double>();
            (low, high) = mean < 0.2 ? (middle, high) : (low, middle);
        }
        var best = full(1, low, dtype: float64).requires_grad_();
        new ContinuousBernoulli(best, 1).LogProb(full(1, 0.2, dtype: float64)).backward();
        Check.Close(0, best.grad!.item<double>(), 0, 1e-8);
        Assert.True(best.sigmoid().item<double>() < 0.05);
    }

    /// <summary>
    /// The IAF paper's published code adds 10⁻⁷ to a probability that rounds to 0, and the loss of a level far in the tail has no gradient;
    /// PixelCNN++'s takes the density at the level's middle there, which is off by log(2 sinh ½) = 0.04 at a scale of one level.
    /// </summary>
    [Fact]
    public void A_level_far_in_the_tail_has_its_own_probability_and_gradient()
    {
        using var scope = NewDisposeScope();
        var location = tensor(new[] { 200f }).requires_grad_();
        var logScale = tensor(new[] { 0f }).requires_grad_();
        var logMass = DiscretisedLogistic.LogMass(tensor(new[] { 10f }), location, logScale, 256);
        logMass.backward();
        // σ(b) − σ(a) = eᵇ (1 − e⁻¹) far below the location, b = 10.5 − 200.
        Check.Close(-189.5 + Math.Log(1 - Math.Exp(-1)), logMass.item<float>());
        Check.Close(-1, location.grad!.item<float>());
        Assert.True(logMass.item<float>() < Math.Log(1e-12));
        Check.Close(189.5 - 1 / (Math.E - 1), logScale.grad!.item<float>());
    }

    /// <summary>
    /// The IAF paper's published code has no tails in the first and the last level, so that part of the probability is on values that no
    /// data have: at a location of 0 and a scale of 10 levels, half of it.
    /// </summary>
    [Fact]
    public void No_probability_is_lost_beyond_the_ends_of_the_range()
    {
        using var scope = NewDisposeScope();
        var (location, logScale) = (zeros(1, dtype: float64), full(1, Math.Log(10), dtype: float64));
        var logMass = DiscretisedLogistic.LogMass(arange(256, dtype: float64), location, logScale, 256);
        Check.Close(1, logMass.exp().sum().item<double>(), 1e-12);
        Check.Close(1 / (1 + Math.Exp(-0.05)), logMass[0].exp().item<double>(), 1e-12);
    }
}

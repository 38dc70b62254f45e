using VaeSharp.Objectives;

namespace VaeSharp.Tests.Identities;

/// <summary>Bounds against the evidence of the model that has a known one.</summary>
public sealed class LinearGaussianTests
{
    private readonly LinearGaussian exact = new();
    private readonly LinearGaussian loose = new(shift: 0.25, spread: 1.6);

    /// <summary>
    /// log p(x, z) − log q(z|x) = log p(x) for every z, where q is the exact posterior: importance sampling without variance.
    /// </summary>
    [Fact]
    public void Under_the_exact_posterior_every_draw_has_the_evidence_as_its_weight()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var x = exact.Draw(20, noise);
        var weights = exact.Model.Infer(new Batch(x), 50, new Progress(noise)).LogWeight;        // [50, 20]
        for (var n = 0; n < 20; n++)
            Check.Close(full(50, exact.LogEvidence(x[n]), dtype: float64), weights.select(1, n), 1e-5, 1e-4);
    }

    /// <summary>
    /// The evidence itself, which this file's helper computes in another way than by a matrix: the mass of a grid of latent codes.
    /// </summary>
    [Fact]
    public void The_evidence_is_the_integral_over_codes()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var x = exact.Draw(1, noise);
        var line = linspace(-6, 6, 241);
        var z = stack([line.repeat_interleave(241), line.repeat(241)], dim: 1);                  // [241², 2]
        var joint = exact.Model.Decode(z).LogProb(x[0]) + new VaeSharp.Distributions.StandardNormal([2], CPU).LogProb(z);
        Check.Close(exact.LogEvidence(x), joint.to_type(float64).logsumexp(0).item<double>() + 2 * Math.Log(12.0 / 240), 1e-5);
    }

    [Theory, InlineData(0.0, 1.0), InlineData(0.3, 1.0), InlineData(0.0, 2.0), InlineData(-0.2, 0.5)]
    public void The_evidence_lower_bound_misses_the_evidence_by_the_divergence_from_the_exact_posterior(double shift, double spread)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var model = new LinearGaussian(shift, spread);
        var x = model.Draw(50, noise);
        var trace = model.Model.Infer(new Batch(x), 2000, new Progress(noise));
        var bounds = (trace.LogLikelihood - trace.Divergence).mean([1L]);                        // [S]
        Statistics.AssertMean(model.LogEvidence(x) - model.Gap, bounds, rounding: 1e-4);
    }

    /// <summary>
    /// L₁ &lt; L₅ &lt; L₅₀ &lt; log p(x): Burda et al. 2016, theorem 1. All from one pass, in groups of K draws; differences of paired
    /// estimates are judged by their own standard error.
    /// </summary>
    [Fact]
    public void Bounds_rise_with_the_number_of_draws_and_stay_below_the_evidence()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var x = loose.Draw(40, noise);
        var weights = loose.Model.Infer(new Batch(x), 6000, new Progress(noise)).LogWeight;      // [6000, 40]
        var bounds = new[] { 1, 5, 50 }.Select(k => Bound(weights, k)).ToList();                 // [6000 / 50] each
        foreach (var (looser, tighter) in bounds.Zip(bounds.Skip(1)))
        {
            var (gain, error) = Statistics.MeanOf(tighter - looser);
            Assert.True(gain > Statistics.Sigmas * error && gain > 0.01, $"{gain} ± {error}");
        }
        var (tightest, deviation) = Statistics.MeanOf(bounds[^1]);
        Assert.True(tightest <= loose.LogEvidence(x) + Statistics.Sigmas * deviation);
        // The first bound is the evidence lower bound, whose distance from the evidence is known.
        Statistics.AssertMean(loose.LogEvidence(x) - loose.Gap, bounds[0], rounding: 1e-4);

        // Averages over examples and over groups of K draws, for each block of 50 draws.
        static Tensor Bound(Tensor weights, int k) =>
            (weights.view(120, 50 / k, k, 40).logsumexp(2) - Math.Log(k)).mean([1L, 2L]);
    }

    /// <summary>
    /// The error of L_K is Var(w) / 2K p(x)² to first order (Maddison et al. 2017, proposition 1), so that L₁₀₀₀ is the evidence up to a
    /// thousandth.
    /// </summary>
    [Fact]
    public void A_thousand_draws_give_the_evidence()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var x = loose.Draw(20, noise);
        var progress = new Progress(noise);
        var objective = new IwaeSpec { Samples = 1000 }.Build();
        var bounds = Enumerable.Range(0, 20).Select(_ =>
            -(double)objective.Compute(loose.Model, loose.Model.Infer(new Batch(x), 1000, progress), progress)
                .ByPlayer.Single().Loss.item<float>()).ToList();
        var (mean, error) = Statistics.MeanOf(bounds);
        Assert.True(error < 2e-3);
        var weights = (loose.Model.Infer(new Batch(x), 5000, progress).LogWeight).to_type(float64);
        var relative = (weights - weights.logsumexp(0) + Math.Log(5000)).exp();                  // w / p(x)
        var bias = relative.var(dimensions: [0L]).mean().item<double>() / 2000;
        Assert.True(Math.Abs(mean + bias - loose.LogEvidence(x)) <= Statistics.Sigmas * error + bias,
            $"{mean} ± {error}, evidence {loose.LogEvidence(x)}, bias {bias}");
    }

    /// <summary>
    /// At the exact posterior the bound is at its maximum: with the closed-form divergence, its expected gradient there is zero.
    /// </summary>
    [Fact]
    public void At_the_exact_posterior_nothing_pulls_at_the_posterior()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(6);
        var x = exact.Draw(50, noise);
        var gradients = Enumerable.Range(0, 60).Select(_ =>
            Pass.Of(exact.Model, new Elbo(new ElboSpec { Samples = 100 }), new Batch(x), noise).Gradients).ToList();
        foreach (var name in gradients[0].Keys.Where(name => name.StartsWith("posterior", StringComparison.Ordinal)))
        {
            var all = stack(gradients.Select(gradient => gradient[name]).ToArray()).flatten(1);  // [60, ·]
            for (var i = 0; i < all.size(1); i++)
                Statistics.AssertMean(0, all.select(1, i), rounding: 1e-4);
        }
        // At another posterior something does.
        var pulled = Pass.Of(loose.Model, new Elbo(new ElboSpec { Samples = 100 }), new Batch(x), noise).Gradients["posterior.mean.bias"];
        Assert.True(pulled.abs().min().item<float>() > 0.5);
    }
}

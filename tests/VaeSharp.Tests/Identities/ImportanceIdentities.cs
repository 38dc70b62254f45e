using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Identities;

/// <summary>The importance-weighted bound with one draw is the evidence lower bound (Burda et al. 2016, section 3).</summary>
public sealed class ImportanceIdentities
{
    private static readonly VaeSpec Vae = new() { Latent = 3, Network = new MlpSpec { Hidden = [16], Activation = Activation.Tanh } };

    [Fact]
    public void With_one_draw_the_loss_and_its_gradient_are_those_of_the_log_weight()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var model = Vae.Build(Examples.Images(), noise);
        var iwae = Pass.Of(model, new IwaeSpec { Samples = 1 }.Build(), Examples.Batch(), new SeededNoise(2));

        var progress = new Progress(new SeededNoise(2)) { Training = true };
        var trace = model.Infer(Examples.Batch(), 1, progress);
        var z = trace.Latents[0].Draw.Z;
        var logWeight = trace.Likelihood.LogProb(trace.Batch.X) + trace.Latents[0].Prior.LogProb(z) - trace.Latents[0].Posterior.LogProb(z);
        foreach (var parameter in model.parameters())
            parameter.grad = null;
        (-logWeight.mean()).backward();
        Check.Close(-logWeight.mean().item<float>(), iwae.Loss);
        foreach (var (name, parameter) in model.named_parameters())
            Check.Close(parameter.grad!, iwae.Gradients[name], 1e-3, 1e-4);                      // (z − μ)/σ against ε: rounding
    }

    /// <summary>
    /// The bound with the closed-form divergence and the one with its single-draw estimate have the same expectation, and the same
    /// expected gradient: along a fixed direction, the mean difference over many noises is zero within its standard error.
    /// </summary>
    [Fact]
    public void In_expectation_one_draw_gives_the_bound_with_the_closed_form()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var model = Vae.Build(Examples.Images(), noise);
        var batch = Examples.Batch();
        var direction = Pass.Of(model, new Elbo(new ElboSpec { Samples = 100 }), batch, noise).Gradients;   // the loss is steep along it
        var (losses, slopes, closed) = (new List<double>(), new List<double>(), new List<double>());
        using var draws = new SeededNoise(4);
        for (var i = 0; i < 800; i++)
        {
            using var inner = NewDisposeScope();
            var epsilon = draws.Normal([1, 16, 3], CPU);
            var estimated = Pass.Of(model, new IwaeSpec { Samples = 1 }.Build(), batch, new ReplayedNoise(epsilon));
            var exact = Pass.Of(model, new Elbo(new ElboSpec()), batch, new ReplayedNoise(epsilon));
            losses.Add(estimated.Loss - exact.Loss);
            slopes.Add(Along(estimated) - Along(exact));
            closed.Add(Along(exact));
        }
        foreach (var differences in new[] { losses, slopes })
        {
            var (mean, deviation) = Statistics.MeanOf(differences);
            Assert.True(deviation > 1e-6, "the two estimates are the same numbers: the closed form was not used");
            Assert.True(Math.Abs(mean) <= Statistics.Sigmas * deviation, $"{mean} ± {deviation}");
        }
        // The test has power: an error of a tenth of the slope would be seen.
        var (error, slope) = (Statistics.MeanOf(slopes).Error, Math.Abs(closed.Average()));
        Assert.True(Statistics.Sigmas * error < 0.1 * slope, $"{error} of {slope}");

        double Along(Pass pass) => pass.Gradients.Sum(gradient => (gradient.Value * direction[gradient.Key]).sum().item<float>());
    }

    /// <summary>
    /// log (1/K) Σ w is far from overflow even where the weights themselves underflow: it is never above the largest log weight.
    /// </summary>
    [Fact]
    public void Weights_that_underflow_still_have_a_bound()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var model = (Vae with { Likelihood = new VaeSharp.Likelihoods.GaussianLikelihoodSpec { Sigma = 1e-3 } })
            .Build(Examples.Images(), noise);
        var progress = new Progress(new SeededNoise(6)) { Training = true };
        var trace = model.Infer(Examples.Batch(), 8, progress);
        Assert.True(trace.LogWeight.max().item<float>() < -1e5);                                 // e^(−100 000) is 0
        var bound = -new IwaeSpec { Samples = 8 }.Build().Compute(model, trace, progress).ByPlayer.Single().Loss.item<float>();
        var (mean, best) = (trace.LogWeight.mean().item<float>(), trace.LogWeight.amax([0L]).mean().item<float>());
        Assert.InRange(bound, mean, best);
    }
}

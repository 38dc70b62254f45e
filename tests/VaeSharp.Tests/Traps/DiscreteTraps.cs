using VaeSharp.Distributions;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;
using VaeSharp.Tests.Likelihoods;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Traps;

/// <summary>Mistakes of well-known models with discrete codes. Each test fails on the implementation that it is named after.</summary>
public sealed class DiscreteTraps
{
    private static readonly VaeSpec Choices = Examples.Shrink(ModelZoo.Find("categorical-vae").Spec) with { Latent = 2 };

    private static Progress At(long step, Noise? noise = null) => new(noise ?? new SeededNoise(3)) { Training = true, Step = step };

    private static double Temperature(string row, long step)
    {
        using var noise = new SeededNoise(1);
        var q = Examples.Shrink(ModelZoo.Find(row).Spec).Build(Examples.Images(), noise).Encode(Examples.Batch(), At(step));
        return q switch
        {
            RelaxedCategorical relaxed => relaxed.Temperature,
            RelaxedBernoulli relaxed => relaxed.Temperature,
            Product product => ((RelaxedCategorical)((Product)product.Parts[1]).Parts[0]).Temperature,
            _ => throw new InvalidOperationException($"{q.GetType()} has no temperature."),
        };
    }

    /// <summary>
    /// PyTorch-VAE's CategoricalVAE has its first temperature as the least one, so that annealing never moves it. Here it falls, and draws
    /// of the same noise go nearer to the corners.
    /// </summary>
    [Theory, InlineData("categorical-vae"), InlineData("binary-vae")]
    public void A04_annealing_lowers_the_temperature_of_the_draws(string row)
    {
        using var scope = NewDisposeScope();
        Check.Close(1, Temperature(row, 0), 1e-12);
        Check.Close(0.75, Temperature(row, 3500), 1e-12);
        Check.Close(0.5, Temperature(row, 7000), 1e-12);
        Check.Close(0.5, Temperature(row, 1_000_000), 1e-12);
        using var noise = new SeededNoise(1);
        var model = Examples.Shrink(ModelZoo.Find(row).Spec).Build(Examples.Images(), noise);
        var (early, late) = (Codes(0), Codes(7000));
        Assert.True((late - 0.5).abs().mean().item<float>() > (early - 0.5).abs().mean().item<float>() + 0.02);

        Tensor Codes(long step)
        {
            using var draws = new SeededNoise(2);
            return model.Infer(Examples.Batch(), 20, At(step, draws)).Latents[0].Draw.Z;
        }
    }

    /// <summary>PyTorch-VAE's JointVAE has the same fault: a temperature that shall fall does.</summary>
    [Fact]
    public void A05_a_temperature_that_shall_fall_falls()
    {
        using var scope = NewDisposeScope();
        var posterior = new JointPosteriorSpec { Temperature = Schedule.Along(ScheduleShape.Linear, 2, 0.5, 100, ScheduleUnit.Steps) };
        using var noise = new SeededNoise(1);
        var model = Examples.Shrink(ModelZoo.Find("joint-vae").Spec with { Posterior = posterior }).Build(Examples.Images(), noise);
        Assert.Equal([2, 1.25, 0.5], new long[] { 0, 50, 100 }.Select(step => Of(model.Encode(Examples.Batch(), At(step)))));
        Check.Close(0.67, Temperature("joint-vae", 0), 1e-12);

        static double Of(Distribution q) => ((RelaxedCategorical)((Product)((Product)q).Parts[1]).Parts[0]).Temperature;
    }

    /// <summary>
    /// A capacity of 25 nats, PyTorch-VAE's for one choice among ten that can tell 2.3, would push for ever: the discrete one ends at log
    /// K, the continuous one does not, and each part has its own weight.
    /// </summary>
    [Fact]
    public void A05_the_discrete_capacity_ends_at_what_choices_can_tell()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var spec = Examples.Shrink(ModelZoo.Find("joint-vae").Spec with { Posterior = new JointPosteriorSpec { Categories = [3, 4] } });
        var model = spec.Build(Examples.Images(), noise);
        var term = model.Infer(Examples.Batch(), 1, At(5)).Latents[0];
        var (continuous, discrete) = (term.DivergenceByPart[0].mean().item<float>(), term.DivergenceByPart[1].mean().item<float>());
        Check.Close(term.Divergence.mean().item<float>(), continuous + discrete);
        var rate = new JointCapacityRate { GammaContinuous = 2, CapacityContinuous = 9, GammaDiscrete = 3, CapacityDiscrete = 25 };
        Check.Close(2 * Math.Abs(continuous - 9) + 3 * (Math.Log(12) - discrete), rate.Of(term, At(5)).item<float>());
        Check.Close(2 * Math.Abs(continuous - 9) + 3 * Math.Abs(discrete - 0.001),
            (rate with { CapacityDiscrete = 0.001 }).Of(term, At(5)).item<float>());
    }

    /// <summary>
    /// Implementations decode smooth draws in evaluation too, so that what they report is of no discrete model. Here every code is a choice
    /// there.
    /// </summary>
    [Theory, InlineData("categorical-vae"), InlineData("binary-vae"), InlineData("joint-vae")]
    public void A04_evaluation_has_the_choices_themselves(string row)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var noise = new SeededNoise(1);
        var model = Examples.Shrink(ModelZoo.Find(row).Spec with { Latent = 2 }).Build(Examples.Images(), noise);
        var trace = model.Infer(Examples.Batch(4), 50, new Progress(noise));
        var categories = model.Latent.Categories.Sum();
        var z = trace.Latents[0].Draw.Z;
        var choices = row == "binary-vae" ? z : z.narrow(-1, z.size(-1) - categories, categories);
        Check.Close(choices, choices.square(), 0, 0);
        if (row != "binary-vae")
            Check.Close(full(choices.shape[..^1], (float)model.Latent.Categories.Count), choices.sum(dim: -1L), 0, 0);
    }

    /// <summary>Importance weights of choices have the mean p(x), which is a sum over all of them.</summary>
    [Theory, InlineData("categorical-vae"), InlineData("binary-vae")]
    public void A04_weights_of_choices_have_the_mean_of_the_sum_over_all_codes(string row)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var noise = new SeededNoise(2);
        var spec = row == "binary-vae" ? Examples.Shrink(ModelZoo.Find(row).Spec) with { Latent = 3 } : Choices;
        var model = spec.Build(Examples.Images(), noise);
        // Decoders and encoders that depend on their inputs by much more than at the start.
        foreach (var (name, parameter) in model.named_parameters())
            parameter.copy_(1.5 * parameter);
        var batch = Examples.Batch(3);
        var codes = row == "binary-vae"
            ? stack([.. Enumerable.Range(0, 8).Select(i => tensor(new[] { i & 1, (i >> 1) & 1, (i >> 2) & 1 }).to_type(float32))])
            : stack([.. Enumerable.Range(0, 100).Select(i => cat([eye(10)[i % 10], eye(10)[i / 10]]))]);
        var joint = model.Decode(codes.unsqueeze(1)).LogProb(batch.X);                           // log p(x|z)  [codes, B]
        var exact = joint.to_type(float64).logsumexp(0) - Math.Log(codes.size(0));
        var trace = model.Infer(batch, 40_000, new Progress(noise));
        for (var i = 0; i < 3; i++)
            Statistics.AssertMean(1, (trace.LogWeight.select(1, i).to_type(float64) - exact[i]).exp(), 1e-4);
        // And the bound is below, by the divergence from the exact posterior, with the closed form of the other one.
        var bound = (trace.LogLikelihood - trace.Divergence).mean([0L]).to_type(float64);
        Assert.True((exact - bound).min().item<double>() > -1e-3);
        Statistics.AssertMean(trace.Divergence[0, 0].item<float>(), trace.Latents[0].LogRatio.select(1, 0), 1e-4);
    }

    /// <summary>
    /// Importance weights of smooth draws have the densities of smooth draws on both sides, at one temperature. With another temperature,
    /// or the mass of choices on one side, the weights of a posterior that is the prior would not be p(x|z) alone.
    /// </summary>
    [Theory, InlineData("categorical-vae"), InlineData("binary-vae")]
    public void A04_weights_of_a_posterior_that_is_the_prior_are_the_likelihood(string row)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var model = Examples.Shrink(ModelZoo.Find(row).Spec).Build(Examples.Images(), noise);
        model.Set("posterior.logits.weight", zeros(1));
        foreach (var progress in new[] { At(2000, noise), new Progress(noise) })
        {
            var trace = model.Infer(Examples.Batch(), 20, progress);
            Check.Close(zeros(20, 16), trace.Latents[0].LogRatio, 0, 1e-3);
            Check.Close(zeros(1, 16), trace.Divergence, 0, 1e-4);
        }
    }

    /// <summary>
    /// PyTorch-VAE's GammaVAE "doesn't work well", says its author. Here draws give the gradient of the expected reconstruction that its
    /// integral over all codes has, for concentrations below 1 too.
    /// </summary>
    [Theory, InlineData(0.3), InlineData(1), InlineData(8)]
    public void A10_draws_give_the_gradient_of_the_expected_reconstruction(double concentration)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var spec = Examples.Shrink(ModelZoo.Find("gamma-vae").Spec) with { Latent = 1 };
        var (model, x) = (spec.Build(Examples.Images(), noise), Examples.Batch(1).X);
        model.Set("decoder.output.weight", 0.2 * (x.flatten() - 0.5).unsqueeze(-1));             // the example needs what grows with z
        // The midpoint rule in log z, with the gradient of the density.
        var z = ((arange(-20_000, 2000, dtype: float64) + 0.5) * 0.002).exp().unsqueeze(-1);
        Tensor[] exact = [Slope.Doubles(concentration).requires_grad_(), Slope.Doubles(2).requires_grad_()];
        var mass = new Gamma(exact[0], exact[1]).LogProb(z).exp() * z.squeeze(-1) * 0.002;
        (mass * Gain(z.to_type(float32))).sum().backward();
        Tensor[] drawn = [.. exact.Select(value => value.detach().to_type(float32).expand(100_000, 1).contiguous().requires_grad_())];
        Gain(new Gamma(drawn[0], drawn[1]).Rsample(1, noise).Z).sum().backward();
        foreach (var (truth, slopes) in exact.Zip(drawn))
        {
            var expected = truth.grad!.item<double>();
            Statistics.AssertMean(expected, slopes.grad!, 1e-4);
            Assert.True(Math.Abs(expected) > 2 * Statistics.Sigmas * Statistics.MeanOf(slopes.grad!).Error);   // none would be seen
        }

        // log p(x|z) over that of the code 0, below which the rule has no nodes.
        Tensor Gain(Tensor codes) => model.Decode(codes).LogProb(x) - model.Decode(zeros(1, 1)).LogProb(x);
    }
}

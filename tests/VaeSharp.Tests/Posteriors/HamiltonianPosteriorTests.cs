using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Posteriors;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Posteriors;

/// <summary>The Hamiltonian posterior: its schedule, its weights, and its gradients.</summary>
public sealed class HamiltonianPosteriorTests
{
    public static TheoryData<Tempering> Temperings => [.. Enum.GetValues<Tempering>()];

    private static HamiltonianPosterior Build(HamiltonianPosteriorSpec spec) => (HamiltonianPosterior)spec.Build(2, new LatentSpace(2));

    /// <summary>1/√β_k = 1/√β₀ + (1 − 1/√β₀) k²/K², the schedule of the paper: at K it is 1.</summary>
    [Fact]
    public void Quadratic_tempering_is_quadratic_in_the_root_of_the_temperature()
    {
        using var scope = NewDisposeScope();
        var (spread, factors) = Build(new HamiltonianPosteriorSpec { Steps = 4, Temperature = 2.25 }).Cooling();
        Check.Close(1.5, spread.item<float>());
        double[] spreads = [1.5, 1.5 - 0.5 / 16, 1.5 - 0.5 * 4 / 16, 1.5 - 0.5 * 9 / 16, 1];
        for (var k = 0; k < 4; k++)
            Check.Close(spreads[k + 1] / spreads[k], factors[k].item<float>(), 1e-5);
    }

    [Fact]
    public void Free_tempering_starts_at_the_same_temperature_and_ends_at_one()
    {
        using var scope = NewDisposeScope();
        var (spread, factors) = Build(new HamiltonianPosteriorSpec { Steps = 4, Temperature = 2.25, Tempering = Tempering.Free }).Cooling();
        Check.Close(1.5, spread.item<float>());
        Assert.All(factors, factor => Check.Close(Math.Pow(1.5, -0.25), factor.item<float>()));
        var (still, ones) = Build(new HamiltonianPosteriorSpec { Steps = 4, Tempering = Tempering.None }).Cooling();
        Assert.All(ones.Append(still), factor => Check.Close(1, factor.item<float>(), 0, 0));
    }

    [Fact]
    public void Without_steps_it_is_the_gaussian_posterior()
    {
        using var scope = NewDisposeScope();
        var plain = new VaeSpec { Latent = 3, Network = new MlpSpec { Hidden = [8] } };
        Pass.Of(plain with { Posterior = new HamiltonianPosteriorSpec { Steps = 0 } }).AssertSameAs(Pass.Of(plain), 0, 0);
    }

    /// <summary>
    /// E p(x, z_K)/q = p(x) in the linear-Gaussian model, from a start with wrong means and variances, for steps that are far from exact
    /// dynamics: the momentum is paid for, and the change of volume too.
    /// </summary>
    [Theory, MemberData(nameof(Temperings))]
    public void Its_importance_weights_are_unbiased(Tempering tempering)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var linear = new LinearGaussian(0.1, 1.3, new HamiltonianPosteriorSpec { Steps = 3, StepSize = 0.25, Tempering = tempering });
        linear.AssertUnbiased(linear.Draw(1, noise), draws: 100_000, below: 0.02, noise);
    }

    /// <summary>
    /// Dynamics keep energy and volume: without cooling, in small steps, each draw's weight p(x, z_K)/q is the one that it started with,
    /// however far it went.
    /// </summary>
    [Fact]
    public void Without_cooling_small_steps_leave_the_weights_as_they_are()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var spec = new HamiltonianPosteriorSpec { Steps = 200, StepSize = 0.002, Tempering = Tempering.None };
        var (plain, moved) = (new LinearGaussian(0.2, 1.2), new LinearGaussian(0.2, 1.2, spec));
        var x = plain.Draw(4, noise);
        Tensor[] draws = [noise.Normal([3, 4, LinearGaussian.Z], CPU), noise.Normal([3, 4, LinearGaussian.Z], CPU)];
        using var frozen = no_grad();
        var before = plain.Model.Infer(new Batch(x), 3, new Progress(new ReplayedNoise(draws[0])));
        var after = moved.Model.Infer(new Batch(x), 3, new Progress(new ReplayedNoise(draws)));
        Assert.True((before.Codes - after.Codes).abs().mean().item<float>() > 0.1, "they have hardly moved");
        Check.Close(before.LogWeight, after.LogWeight, 0, 2e-3);
    }

    /// <summary>The gradient of its own decoder is there in evaluation too, where the pass has none; the numbers are the same.</summary>
    [Fact]
    public void Evaluation_has_the_numbers_of_training()
    {
        using var scope = NewDisposeScope();
        var model = new LinearGaussian(posterior: new HamiltonianPosteriorSpec()).Model;
        var (training, evaluation) = (Infer(), Frozen());
        Check.Close(training.Codes, evaluation.Codes, 0, 0);
        Check.Close(training.LogWeight, evaluation.LogWeight, 0, 0);
        Assert.True(training.Codes.requires_grad && !evaluation.Codes.requires_grad);

        Trace Infer()
        {
            using var noise = new SeededNoise(4);
            return model.Infer(new Batch(ones(3, LinearGaussian.D)), 2, new Progress(noise));
        }

        Trace Frozen()
        {
            using var frozen = no_grad();
            var trace = Infer();
            _ = trace.LogWeight;
            return trace;
        }
    }

    /// <summary>Pathwise gradients of the bound, through every gradient of the dynamics, are finite differences of it.</summary>
    [Theory]
    [InlineData(Tempering.Quadratic, "posterior.stepSize")]
    [InlineData(Tempering.Quadratic, "posterior.cooling")]
    [InlineData(Tempering.Free, "posterior.cooling")]
    [InlineData(Tempering.Quadratic, "posterior.mean.bias")]
    [InlineData(Tempering.Quadratic, "posterior.logVar.bias")]
    [InlineData(Tempering.Quadratic, "decoder.output.bias")]
    public void Gradients_are_finite_differences_of_the_bound(Tempering tempering, string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var linear = new LinearGaussian(0.3, 1.3, new HamiltonianPosteriorSpec { Steps = 3, StepSize = 0.25, Tempering = tempering });
        linear.AssertGradient(name, linear.Draw(8, noise));
    }

    [Fact]
    public void A_code_without_spread_is_where_the_mean_goes_from_rest()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(7);
        var model = new LinearGaussian(0.3, posterior: new HamiltonianPosteriorSpec()).Model;
        var batch = new Batch(ones(3, LinearGaussian.D));
        var q = model.Encode(batch, new Progress(noise));
        Check.Close(q.Mean.expand(2, 3, -1), q.Sample(2, noise, temperature: 0), 0, 1e-6);
        Assert.Throws<NotSupportedException>(() => q.LogProb(q.Mean));
        var start = new LinearGaussian(0.3).Model.Encode(batch, new Progress(noise)).Mean;
        Assert.True((start - q.Mean).abs().min().item<float>() > 1e-2, "it has not moved");
    }
}

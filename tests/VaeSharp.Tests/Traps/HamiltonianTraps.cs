using VaeSharp.Distributions;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Posteriors;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Traps;

/// <summary>What well-known libraries get wrong about the Hamiltonian posterior, each as a test that fails on it.</summary>
public sealed class HamiltonianTraps
{
    // q(z₀) = N(0.5, e^0.6) of two units, whatever the features are.
    private static Distribution Posterior(HamiltonianPosteriorSpec spec, LogJoint logJoint)
    {
        var posterior = spec.Build(1, new LatentSpace(2));
        foreach (var (name, parameter) in posterior.named_parameters().Where(p => p.name.Contains('.', StringComparison.Ordinal)))
            posterior.Set(name, full(1, name switch { "mean.bias" => 0.5, "logVar.bias" => 0.6, _ => 0 }));
        return posterior.For(zeros(3, 1), new Batch(zeros(3, 1)), logJoint, new Progress(new ReplayedNoise()));
    }

    // A joint density that is the same everywhere: nothing moves but by its momentum.
    private static Tensor Flat(Tensor z) => 0 * z.sum(dim: -1L);

    private static (Tensor Start, Tensor Gamma) Noise()
    {
        using var noise = new SeededNoise(1);
        return (noise.Normal([4, 3, 2], CPU), noise.Normal([4, 3, 2], CPU));
    }

    private static Tensor Z0(Tensor epsilon) => 0.5 + Math.Exp(0.3) * epsilon;

    private static Tensor LogStart(Tensor z) => -0.5 * ((z - 0.5).square() / Math.Exp(0.6) + 0.6 + Math.Log(2 * Math.PI)).sum(dim: -1L);

    /// <summary>
    /// P22: Pythae draws z₀ with softplus(log σ²) for σ and weighs it with σ = √σ². Where the energy is flat, log q is that of z₀.
    /// </summary>
    [Fact]
    public void P22_The_start_is_weighed_with_the_spread_that_it_was_drawn_with()
    {
        using var scope = NewDisposeScope();
        var (epsilon, gamma) = Noise();
        var q = Posterior(new HamiltonianPosteriorSpec { Steps = 3, StepSize = 0.1, Tempering = Tempering.None }, Flat);
        var draw = q.Rsample(4, new ReplayedNoise(epsilon, gamma));
        Check.Close(Z0(epsilon) + 0.3 * gamma, draw.Z, 1e-5, 1e-5);
        Check.Close(LogStart(Z0(epsilon)), draw.LogQ!, 1e-5, 1e-5);
    }

    /// <summary>
    /// P22: Pythae's position moves by the momentum before its half step. By hand, in the energy ½z²: ρ̃ = ρ − ½εz, z + ερ̃, ρ̃ − ½εz.
    /// </summary>
    [Fact]
    public void P22_The_position_moves_by_the_momentum_after_its_half_step()
    {
        using var scope = NewDisposeScope();
        var (epsilon, gamma) = Noise();
        const double step = 0.4;
        var q = Posterior(new HamiltonianPosteriorSpec { Steps = 1, StepSize = step, Tempering = Tempering.None },
            z => -0.5 * z.square().sum(dim: -1L));
        var draw = q.Rsample(4, new ReplayedNoise(epsilon, gamma));
        var start = Z0(epsilon);
        var half = gamma - 0.5 * step * start;
        var z = start + step * half;
        var momentum = half - 0.5 * step * z;
        Check.Close(z, draw.Z, 1e-5, 1e-5);
        Check.Close(LogStart(start) + 0.5 * (momentum.square() - gamma.square()).sum(dim: -1L), draw.LogQ!, 1e-5, 1e-5);
    }

    /// <summary>
    /// P22: Pythae overwrites the cooled momentum with the hot one. Where the energy is flat, momentum γ/√β₀ cools to γ, and on its way the
    /// position moves by ε/√β_k in step k + 1.
    /// </summary>
    [Fact]
    public void P22_The_momentum_cools()
    {
        using var scope = NewDisposeScope();
        var (epsilon, gamma) = Noise();
        var q = Posterior(new HamiltonianPosteriorSpec { Steps = 2, StepSize = 0.1, Temperature = 4 }, Flat);
        var draw = q.Rsample(4, new ReplayedNoise(epsilon, gamma));
        Check.Close(Z0(epsilon) + 0.1 * (2 + 1.75) * gamma, draw.Z, 1e-5, 1e-5);
        Check.Close(LogStart(Z0(epsilon)), draw.LogQ!, 1e-4, 1e-4);
    }

    /// <summary>
    /// P22: Pythae's log-likelihood has 1 × 28 × 28 written in, and takes the momentum's density at the start from its end. Here data of
    /// six numbers have the evidence that is known.
    /// </summary>
    [Fact]
    public void P22_The_log_likelihood_is_that_of_data_of_any_shape_and_near_the_evidence()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var linear = new LinearGaussian(0.1, 1.2, new HamiltonianPosteriorSpec { Steps = 2, StepSize = 0.3, Temperature = 2 });
        var x = linear.Draw(1, noise);
        var estimates = Enumerable.Range(0, 20).Select(_ => LogLikelihood.Of(linear.Model, new Batch(x), 2000, 2000, noise));
        var (mean, error) = Statistics.MeanOf([.. estimates.Select(estimate => estimate.Values.Single())]);
        Check.Close(linear.LogEvidence(x), mean, relative: 0, absolute: Statistics.Sigmas * error + 20 * error * error + 1e-4);
        Assert.InRange(error, 0, 0.01);
    }

    /// <summary>P22: Pythae reports one number. Reconstruction and divergence are there, and their sum is the loss.</summary>
    [Fact]
    public void P22_Reconstruction_and_divergence_are_reported()
    {
        using var scope = NewDisposeScope();
        var spec = ModelZoo.Find("hvae").Spec with { Latent = 3, Network = new MlpSpec { Hidden = [8] } };
        var pass = Pass.Of(spec);
        Check.Close(pass.Losses.Term("reconstruction") + pass.Losses.Term("kl"), pass.Loss);
    }

    /// <summary>P22: by default steps and temperature are learned, and no step grows beyond its bound.</summary>
    [Fact]
    public void P22_Steps_and_temperature_are_learned_and_steps_have_a_bound()
    {
        using var scope = NewDisposeScope();
        var pass = Pass.Of(ModelZoo.Find("hvae").Spec with { Latent = 3, Network = new MlpSpec { Hidden = [8] } });
        Assert.True(pass.Gradients["posterior.stepSize"].abs().min().item<float>() > 0);
        Assert.True(pass.Gradients["posterior.cooling"].abs().min().item<float>() > 0);
        var (epsilon, gamma) = Noise();
        var spec = new HamiltonianPosteriorSpec { Steps = 1, StepSize = 0.2, MostGrowth = 2.5, Tempering = Tempering.None };
        var posterior = spec.Build(1, new LatentSpace(2));
        foreach (var (name, parameter) in posterior.named_parameters())
            posterior.Set(name, zeros(1));
        posterior.Set("stepSize", full(1, 1e6));
        var q = posterior.For(zeros(3, 1), new Batch(zeros(3, 1)), Flat, new Progress(new ReplayedNoise()));
        Check.Close(epsilon + 0.5 * gamma, q.Rsample(4, new ReplayedNoise(epsilon, gamma)).Z, 1e-5, 1e-5);
    }
}

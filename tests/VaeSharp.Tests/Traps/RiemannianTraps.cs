using VaeSharp.Flows;
using VaeSharp.Posteriors;

namespace VaeSharp.Tests.Traps;

/// <summary>What well-known libraries get wrong about the Riemannian posterior, each as a test that fails on it.</summary>
public sealed class RiemannianTraps
{
    // In a flat density, and with no centroid that is felt, a code moves by its momentum alone.
    private static (Tensor Start, Tensor Gamma, Tensor End) Draw(RiemannianPosteriorSpec spec)
    {
        using var noise = new SeededNoise(1);
        var posterior = spec.Build(1, new LatentSpace(2));
        foreach (var (name, _) in posterior.named_parameters())
            posterior.Set(name, zeros(1));
        Tensor[] draws = [noise.Normal([4, 3, 2], CPU), noise.Normal([4, 3, 2], CPU)];
        var q = posterior.For(zeros(3, 1), new Batch(zeros(3, 1)), z => 0 * z.sum(dim: -1L), new Progress(new ReplayedNoise()));
        return (draws[0], draws[1], q.Rsample(4, new ReplayedNoise(draws)).Z);
    }

    /// <summary>P25: Pythae divides the momentum by β₀, whose root it means.</summary>
    [Fact]
    public void P25_The_momentum_has_the_variance_of_one_over_beta()
    {
        using var scope = NewDisposeScope();
        var (start, gamma, end) = Draw(new RiemannianPosteriorSpec { Steps = 1, StepSize = 0.1, BetaZero = 0.25, Floor = 1, Reach = 1e-3 });
        Check.Close(start + 0.1 * 2 * gamma, end, 1e-5, 1e-5);
    }

    /// <summary>
    /// P25: while it trains, Pythae draws the momentum with the metric network's factor, which is not G's. Where G = I/4 it is γ/2, and the
    /// code moves by G⁻¹ρ = 2γ.
    /// </summary>
    [Fact]
    public void P25_The_momentum_is_drawn_with_the_metric_that_weighs_it()
    {
        using var scope = NewDisposeScope();
        var (start, gamma, end) = Draw(new RiemannianPosteriorSpec { Steps = 1, StepSize = 0.1, BetaZero = 1, Floor = 4, Reach = 1e-3 });
        Check.Close(start + 0.1 * 2 * gamma, end, 1e-5, 1e-5);
    }

    /// <summary>
    /// P25: Pythae's metric is not in its state, and its centroids are those of a hundred batches at most. Here they are buffers, and the
    /// latest examples replace the oldest for as long as it trains.
    /// </summary>
    [Fact]
    public void P25_Centroids_are_saved_with_the_weights_and_never_stop()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var linear = new LinearGaussian(posterior: new RiemannianPosteriorSpec { Centroids = 12 });
        var model = linear.Model;
        Assert.Equal(0, Buffer("posterior.factors").abs().sum().item<float>());
        for (var step = 0; step < 200; step++)
        {
            using var inner = NewDisposeScope();
            var progress = new Progress(noise) { Step = step, Training = true };
            model.Update(model.Infer(new Batch(linear.Draw(8, noise)), 1, progress), progress);
        }
        var x = linear.Draw(8, noise);
        var last = new Progress(noise) { Step = 200, Training = true };
        var trace = model.Infer(new Batch(x), 1, last);
        model.Update(trace, last);
        // Four examples a step: step 200's are behind 800 others, at 800 mod 12.
        Check.Close(((Bent)trace.Latents[0].Posterior).Origin.Mean.narrow(0, 0, 4), Buffer("posterior.centroids").narrow(0, 8, 4), 0, 0);
        Assert.True(Buffer("posterior.factors").abs().sum([1, 2]).min().item<float>() > 0);

        Tensor Buffer(string name) => model.named_buffers().Single(buffer => buffer.name == name).buffer;
    }

    /// <summary>
    /// P25: Pythae's runs end in numbers that are none (issues 131, 132, 162), where G⁻¹ is nearly singular beside its largest elements. A
    /// factor at its bound leaves numbers.
    /// </summary>
    [Fact]
    public void P25_A_metric_of_extreme_factors_has_numbers()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var posterior = new RiemannianPosteriorSpec { Floor = 1e-3 }.Build(1, new LatentSpace(2));
        foreach (var (name, _) in posterior.named_parameters())
            posterior.Set(name, full(1, name == "logDiagonal.bias" ? 9 : name == "lower.bias" ? 1000 : 0));
        var q = posterior.For(zeros(3, 1), new Batch(zeros(3, 1)), z => -0.5 * z.square().sum(dim: -1L), new Progress(noise));
        var draw = q.Rsample(50, noise);
        Assert.True(Check.IsFinite(draw.Z) && Check.IsFinite(draw.LogQ!));
    }

    /// <summary>
    /// S07: the force of Pythae's sampler has G LLᵀ for its trace. Near one centroid that is the unit matrix, whose trace is the number of
    /// units: its codes are drawn there by a share of what they should be.
    /// </summary>
    [Fact]
    public void S07_The_force_has_the_trace_and_not_the_matrix()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        const int units = 4;
        Tensor center = noise.Normal([1, units], CPU).to_type(float64), z = noise.Normal([5, units], CPU).to_type(float64);
        var factor = eye(units, dtype: float64).unsqueeze(0) + 0.3 * noise.Normal([1, units, units], CPU).to_type(float64).tril(-1);
        var density = new InverseVolume(center, factor, reach: 1.5, floor: 1e-12);
        Check.Close(units * (center - z) / (1.5 * 1.5), density.Force(z), 1e-4, 1e-6);
    }

    /// <summary>
    /// S07: Pythae takes the logarithm of the root of a determinant, which in single precision is 0 in many units, with 10⁻¹⁰ added: a
    /// centroid and empty space are the same to it.
    /// </summary>
    [Fact]
    public void S07_The_density_of_many_units_is_a_sum_of_logarithms()
    {
        using var scope = NewDisposeScope();
        const int units = 40;
        var density = new InverseVolume(zeros(1, units), 0.1 * eye(units).unsqueeze(0), reach: 1, floor: 0.01);
        var values = density.LogDensity(stack([zeros(units), full(units, 3.0, dtype: float32)], dim: 0));
        Check.Close(tensor(new[] { 0.5f * units * MathF.Log(0.02f), 0.5f * units * MathF.Log(0.01f) }), values, 1e-5, 1e-3);
    }

    /// <summary>
    /// S07: Pythae accepts by exp(−H′)/exp(−H), which is 0/0 where energies are beyond a hundred, as those of momenta of some hundred units
    /// are: then nothing moves.
    /// </summary>
    [Fact]
    public void S07_Walks_of_many_units_move()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var chain = new HamiltonianChain(new HamiltonianChainSpec { Proposals = 5 }, z => -0.5 * z.square().sum(dim: -1L), z => -z);
        var (end, accepted) = chain.Walk(zeros(20, 500), noise);
        Assert.True(accepted.min().item<float>() > 0.5f && end.abs().max(1).values.min().item<float>() > 0.5f);
    }
}

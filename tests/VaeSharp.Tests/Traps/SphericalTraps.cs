using VaeSharp.Distributions;
using VaeSharp.Networks;
using VaeSharp.Tests.Distributions;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Traps;

/// <summary>What well-known implementations of codes on the sphere get wrong.</summary>
public sealed class SphericalTraps
{
    /// <summary>
    /// P17: Pythae draws with κ = softplus + 1 and evaluates the likelihood with softplus: two posteriors, and the estimate is of neither.
    /// </summary>
    [Fact]
    public void P17_The_concentration_is_the_same_in_training_and_in_evaluation()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var spec = ModelZoo.Find("s-vae").Spec with { Latent = 4, Network = new MlpSpec { Hidden = [16] } };
        var model = spec.Build(Examples.Images(), noise);
        model.Set("posterior.concentration.weight", zeros(1));
        model.Set("posterior.concentration.bias", full(1, -1.5));
        var expected = (float)(1 + Math.Log(1 + Math.Exp(-1.5)));
        foreach (var training in new[] { true, false })
        {
            var term = model.Infer(Examples.Batch(), 1, new Progress(noise) { Training = training }).Latents[0];
            Check.Close(full(16, expected), ((Spherical)term.Posterior).Concentration);
            // … and it is the one that log q(z|x) has: the quotient of two densities is exp κ(s′ − s).
            var (q, z) = (term.Posterior, term.Draw.Z[0]);
            var other = -z;
            var (s, far) = (0.5 * (z - q.Mean).square().sum(dim: -1L), 0.5 * (other - q.Mean).square().sum(dim: -1L));
            Check.Close(expected * (far - s), term.Draw.LogQ![0] - q.LogProb(other), 1e-4, 1e-4);
        }
        Check.Close(full(16, expected), ((Spherical)model.Encode(Examples.Batch(), new Progress(noise))).Concentration);
    }

    /// <summary>
    /// P17: Pythae ends its rejections after a hundred rounds with what it has, and SciPy's Bessel functions are 0 for a small κ in many
    /// dimensions. Here every draw is one, and every divergence a number with the right gradient κ A′(κ), for each κ from 10⁻³ to 10⁶.
    /// </summary>
    [Theory, InlineData(2), InlineData(128), InlineData(512)]
    public void P17_No_concentration_is_too_small_or_too_large(long dimension)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        const int count = 400;
        var kappa = logspace(-3, 6, count, dtype: float64).to_type(float32).requires_grad_();
        var mean = SphericalTests.Direction(dimension).to_type(float32).expand(count, dimension);
        var q = new VonMisesFisher(mean, kappa);
        var draw = q.Rsample(50, noise);
        Check.Close(ones(50, count), draw.Z.norm(-1), 1e-6);
        Assert.True(Check.IsFinite(draw.LogQ!));
        var divergence = Kl.Total(q, new UniformSphere(dimension, CPU))!;
        Assert.True(divergence.diff().min().item<float>() > 0, "the divergence does not grow with the concentration");
        divergence.sum().backward();
        Assert.True(Check.IsFinite(kappa.grad!) && kappa.grad!.min().item<float>() > 0);
        // Far out κ A′ is (m − 1)/2κ, near 0 it is κ/m.
        Check.Close((dimension - 1) / 2e6, kappa.grad![count - 1].item<float>(), 2e-3);
        Check.Close(1e-3 / dimension, kappa.grad![0].item<float>(), 1e-4);
    }

    /// <summary>
    /// P17: Pythae draws by rejection in three dimensions too, where the paper's code has a closed form: one uniform number a draw, and the
    /// draw moves with κ as the formula does.
    /// </summary>
    [Fact]
    public void P17_In_three_dimensions_a_draw_takes_one_uniform_number()
    {
        using var scope = NewDisposeScope();
        var u = tensor(new[] { 0.1f, 0.5f, 0.9f }).view(3, 1);
        var kappa = full(1, 2.0, dtype: float64).requires_grad_();
        var mean = tensor(new[] { 0.0, 0, 1 }).view(1, 3);
        var noise = new ReplayedNoise(u, ones(3, 1, 2));
        var z = new VonMisesFisher(mean, kappa).Rsample(3, noise).Z;
        var expected = 1 + (1 - u.to_type(float64) * (1 - Math.Exp(-4))).log() / 2;
        Check.Close(expected, z.select(-1, 2), 1e-6, 1e-6);
    }
}

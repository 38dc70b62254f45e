using VaeSharp.Distributions;
using VaeSharp.Models;
using VaeSharp.Priors;
using VaeSharp.Tests.Flows;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Priors;

/// <summary>Densities that a flow makes of noise.</summary>
public sealed class FlowPriorTests
{
    private static readonly DataSpec Data = new(4);

    private static PriorSpec Spec(string name, int layers) => name == "maf"
        ? new MafPriorSpec { Layers = layers, Hidden = [6] }
        : new RealNvpPriorSpec { Layers = layers, Hidden = [6] };

    private static Transformed Build(string name, long latent, ScalarType dtype, double scale = 1)
    {
        var prior = FlowExamples.Filled(Spec(name, layers: 3).Build(new LatentSpace(latent), Data), dtype, scale);
        return (Transformed)prior.For((_, _) => throw new InvalidOperationException(), null, CPU);
    }

    /// <summary>
    /// On a square of half a width of 16, in steps of h = 0.04. The density has kinks where a hidden unit's second derivative jumps: the
    /// trapezoidal rule is off by h²/12 times second derivatives of order 1 there.
    /// </summary>
    [Theory, InlineData("maf"), InlineData("real-nvp")]
    public void The_density_integrates_to_one(string name)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var p = Build(name, 2, float64, scale: 0.6);
        var line = linspace(-16, 16, 801, dtype: float64);
        var grid = stack(meshgrid([line, line], indexing: "ij"), dim: -1);                       // [801, 801, 2]
        Check.Close(1, (p.LogProb(grid).exp() * 0.04 * 0.04).sum().item<double>(), 3e-4);
        var normal = new StandardNormal([2], CPU).LogProb(grid);
        Assert.True((p.LogProb(grid) - normal).abs().max().item<double>() > 1, "it is the standard normal density: the test says nothing");
    }

    /// <summary>The density that comes with a draw is that of the noise less the way there; the other is the way back.</summary>
    [Theory, InlineData("maf", 1), InlineData("maf", 5), InlineData("real-nvp", 1), InlineData("real-nvp", 5)]
    public void Both_ways_lead_to_the_same_density(string name, long latent)
    {
        using var scope = NewDisposeScope();
        var epsilon = FlowExamples.Normal(1, 40, latent).requires_grad_();
        var p = Build(name, latent, float64);
        var draw = p.Rsample(40, new ReplayedNoise(epsilon));
        Check.Close(draw.LogQ!, p.LogProb(draw.Z), 1e-8, 1e-8);
        var noise = -0.5 * (epsilon.square() + Math.Log(2 * Math.PI)).sum(dim: -1L);
        Check.Close(noise - DerivativeMatrix.Determinant(DerivativeMatrix.Of(draw.Z, epsilon)).LogDet, draw.LogQ!, 1e-9, 1e-9);
    }

    /// <summary>Goodness of fit: E_p [g(z)/p(z)] = 1 for a normal density g among the draws.</summary>
    [Theory, InlineData("maf"), InlineData("real-nvp")]
    public void Draws_have_the_density(string name)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var noise = new SeededNoise(2);
        var p = Build(name, 2, float32);
        var z = p.Sample(200_000, noise);
        Statistics.AssertMean(1, FlowExamples.Ratio(z, p.LogProb(z)));
    }

    [Theory, InlineData("maf"), InlineData("real-nvp")]
    public void Without_layers_it_is_the_standard_normal_prior(string name)
    {
        using var scope = NewDisposeScope();
        var plain = new VaeSpec { Latent = 3, Objective = new VaeSharp.Objectives.IwaeSpec { Samples = 3 } };
        Pass.Of(plain with { Prior = Spec(name, layers: 0) }).AssertSameAs(Pass.Of(plain), 0, 0);
    }

    /// <summary>A prior that has learned nothing yet is the standard normal one, so that training starts as without it.</summary>
    [Theory, InlineData("maf"), InlineData("real-nvp")]
    public void It_starts_as_the_standard_normal_prior(string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var prior = Spec(name, layers: 3).Build(new LatentSpace(3), Data);
        prior.Initialise(noise);
        var z = noise.Normal([20, 3], CPU);
        Check.Close(new StandardNormal([3], CPU).LogProb(z),
            prior.For((_, _) => throw new InvalidOperationException(), null, CPU).LogProb(z));
    }

    /// <summary>A temperature scales the noise, not the codes: at 0 all draws are the image of 0, whatever the flow is.</summary>
    [Theory, InlineData("maf"), InlineData("real-nvp")]
    public void A_temperature_is_a_factor_on_the_noise(string name)
    {
        using var scope = NewDisposeScope();
        var p = Build(name, 3, float64);
        var epsilon = FlowExamples.Normal(3, 10, 3);
        var warm = p.Sample(10, new ReplayedNoise(epsilon), 0.6);
        Check.Close(0.6 * epsilon, p.Inverse!(warm).Image, 1e-9, 1e-9);
        Check.Close(p.Mean.expand(10, 3), p.Sample(10, new ReplayedNoise(epsilon), 0), 1e-9, 1e-9);
        Check.Close(p.Rsample(10, new ReplayedNoise(epsilon)).Z, p.Sample(10, new ReplayedNoise(epsilon), 1), 0, 0);
        Assert.False(warm.requires_grad);
    }

    /// <summary>The prior learns: it moves to codes that a normal one does not fit.</summary>
    [Theory, InlineData("maf"), InlineData("real-nvp")]
    public void It_fits_codes_that_are_not_normal(string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var spec = name == "maf" ? new MafPriorSpec { Hidden = [32] } : (PriorSpec)new RealNvpPriorSpec { Hidden = [32] };
        var prior = spec.Build(new LatentSpace(2), Data);
        prior.Initialise(noise);
        var parameters = prior.parameters().Cast<Tensor>().ToArray();
        using var optimizer = new VaeSharp.Optimizers.AdamSpec().Build(parameters);
        for (var step = 0; step < 600; step++)
        {
            using var inner = NewDisposeScope();
            foreach (var parameter in parameters)
                parameter.grad = null;
            (-Density(Bananas(256)).mean()).backward();
            optimizer.Step([.. parameters.Select(parameter => parameter.grad)], 5e-3);
        }
        using var frozen = no_grad();
        // x₁ ~ N(0, 1), x₂ | x₁ ~ N(x₁², 0.2²): the entropy in nats is log 2πe + log 0.2, and no density has a smaller mean −log p. The
        // best normal density, with the variances 1 and 2.04 and no covariance, is 2 nats above.
        var entropy = Math.Log(2 * Math.PI * Math.E) + Math.Log(0.2);
        var (loss, error) = Statistics.MeanOf(-Density(Bananas(20_000)));
        Assert.InRange(loss, entropy - Statistics.Sigmas * error, entropy + 0.3);

        Tensor Density(Tensor z) => prior.For((_, _) => throw new InvalidOperationException(), null, CPU).LogProb(z);

        Tensor Bananas(long count)
        {
            var epsilon = noise.Normal([count, 2], CPU);
            var first = epsilon.narrow(1, 0, 1);
            return cat([first, first.square() + 0.2 * epsilon.narrow(1, 1, 1)], 1);
        }
    }
}

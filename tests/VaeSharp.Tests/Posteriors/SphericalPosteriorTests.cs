using VaeSharp.Distributions;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;
using VaeSharp.Priors;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Posteriors;

/// <summary>Models whose codes lie on the sphere.</summary>
public sealed class SphericalPosteriorTests
{
    private static readonly VaeSpec Small = ModelZoo.Find("s-vae").Spec with { Latent = 3, Network = new MlpSpec { Hidden = [16] } };

    public static TheoryData<PosteriorSpec> Specs => [new VonMisesFisherPosteriorSpec(), new PowerSphericalPosteriorSpec()];

    private static Spherical Build(PosteriorSpec spec, Tensor features, double scale)
    {
        var posterior = spec.Build(features.size(1), new LatentSpace(4) { Geometry = Geometry.Sphere });
        Heads.Draw(posterior, scale);
        return Of(posterior, features, new ReplayedNoise());
    }

    private static Spherical Of(Posterior posterior, Tensor features, Noise noise) =>
        (Spherical)posterior.For(features, new Batch(features), _ => throw new InvalidOperationException(), new Progress(noise));

    [Theory, MemberData(nameof(Specs))]
    public void Directions_have_length_one_and_concentrations_are_between_one_and_a_million(PosteriorSpec spec)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var q = Build(spec, noise.Normal([200, 5], CPU), scale: 1e4);
        Check.Close(ones(200), q.Mean.norm(-1), 1e-6);
        Assert.True(q.Concentration.min().item<float>() >= 1);
        Assert.Equal(1e6f, Build(spec, 1e6 * noise.Normal([200, 5], CPU), scale: 1e4).Concentration.max().item<float>());
    }

    /// <summary>Features that are all zero, behind rectifiers that are all off, have a direction too, and a bounded gradient.</summary>
    [Theory, MemberData(nameof(Specs))]
    public void Features_that_are_zero_have_a_direction_and_finite_gradients(PosteriorSpec spec)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var posterior = spec.Build(5, new LatentSpace(4) { Geometry = Geometry.Sphere });
        posterior.Initialise(noise);
        var features = zeros(6, 5).requires_grad_();
        var q = Of(posterior, features, noise);
        var draw = q.Rsample(3, noise);
        Check.Close(ones(3, 6), draw.Z.norm(-1), 1e-6);
        (draw.Z.sum() + draw.LogQ!.sum() + q.DivergenceFromUniform.sum()).backward();
        Assert.All(posterior.parameters().Cast<Tensor>().Append(features), x => Assert.True(x.grad is null || Check.IsFinite(x.grad)));
    }

    /// <summary>
    /// The bound's two terms on a model: the closed form is the mean of the log ratio of draws, in high dimension and with learned
    /// concentrations.
    /// </summary>
    [Theory, MemberData(nameof(Specs))]
    public void The_divergence_is_the_mean_log_ratio_of_the_draws(PosteriorSpec spec)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var model = (Small with { Latent = 16, Posterior = spec }).Build(Examples.Images(), noise);
        var term = model.Infer(Examples.Batch(4), 20_000, new Progress(noise)).Latents[0];
        for (var i = 0; i < 4; i++)
            Statistics.AssertMean(term.Divergence[0, i].item<float>(), term.LogRatio.select(1, i), rounding: 1e-5);
    }

    [Fact]
    public void Codes_of_any_length_are_decoded_as_points_of_the_sphere()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var model = Small.Build(Examples.Images(), noise);
        Assert.Equal(Geometry.Sphere, model.Latent.Geometry);
        var z = model.DrawCodes(7, null, new Progress(noise));
        Check.Close(ones(7), z.norm(-1), 1e-6);
        Check.Close(model.Decode(z).Mean, model.Decode(3 * z).Mean, 1e-5, 1e-6);
        var middle = model.Latent.Interpolate(z[0], z[1], 0.5);
        Check.Close(1, middle.norm().item<float>(), 1e-6);
        Check.Close(((z[0] + z[1]) / (z[0] + z[1]).norm()), middle, 1e-5, 1e-6);
        Check.Close(z[1], model.Latent.Interpolate(z[0], z[1], 1), 1e-5, 1e-6);
        Check.Close(z[0], model.Latent.Interpolate(z[0], z[0], 0.3), 1e-5, 1e-6);
    }

    [Fact]
    public void What_needs_another_space_is_refused()
    {
        Assert.Contains("posterior 'von-mises-fisher' needs at least 2 latent units", Only(Small with { Latent = 1 }));
        Assert.Contains("prior 'standard-normal' needs a posterior with codes in Euclidean space",
            Only(Small with { Prior = new StandardNormalPriorSpec() }));
        Assert.Contains("prior 'uniform-sphere' needs a posterior with codes on the unit sphere (power-spherical, von-mises-fisher)",
            Only(Small with { Posterior = new GaussianPosteriorSpec() }));
        Assert.Contains(Compatibility.Violations(Small with { Penalties = [new CodeNormSpec()] }),
            violation => violation.Message.Contains("'von-mises-fisher'"));
        Assert.Empty(Compatibility.Violations(Small with { Prior = new VampPriorSpec(), Objective = new DregIwaeSpec() }));

        static string Only(VaeSpec spec) => Assert.Single(Compatibility.Violations(spec)).Message;
    }

    /// <summary>Heads with weights of a size.</summary>
    private static class Heads
    {
        public static void Draw(nn.Module module, double scale)
        {
            using var frozen = no_grad();
            using var noise = new SeededNoise(9);
            foreach (var (_, parameter) in module.named_parameters())
                parameter.copy_(scale * noise.Normal(parameter.shape, CPU));
        }
    }
}

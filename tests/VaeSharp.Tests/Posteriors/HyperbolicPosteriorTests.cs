using VaeSharp.Distributions;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;
using VaeSharp.Priors;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Posteriors;

/// <summary>Models whose codes lie in hyperbolic space.</summary>
public sealed class HyperbolicPosteriorTests
{
    private static readonly VaeSpec Small = ModelZoo.Find("poincare-vae").Spec with { Network = new GeodesicMlpSpec { Hidden = [16] } };

    public static TheoryData<PosteriorSpec> Specs =>
        [new WrappedNormalPosteriorSpec { Curvature = 0.7 }, new RiemannianNormalPosteriorSpec { Curvature = 0.7 }];

    /// <summary>Features that are all zero, behind rectifiers that are all off, are the origin, and have gradients.</summary>
    [Theory, MemberData(nameof(Specs))]
    public void Features_that_are_zero_have_a_mean_and_finite_gradients(PosteriorSpec spec)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(81);
        var posterior = spec.Build(5, spec.Space(4));
        posterior.Initialise(noise);
        var features = zeros(6, 5).requires_grad_();
        var q = (HyperbolicNormal)posterior.For(
            features, new Batch(features), _ => throw new InvalidOperationException(), new Progress(noise));
        Assert.Equal(0.7, q.Curvature);
        var draw = q.Rsample(3, noise);
        Check.Close(zeros(6, 4), q.Mean);
        (draw.Z.sum() + draw.LogQ!.sum()).backward();
        Assert.All(posterior.parameters().Cast<Tensor>().Append(features), x => Assert.True(x.grad is null || Check.IsFinite(x.grad)));
        Assert.True(features.grad!.abs().sum().item<float>() > 0);
    }

    /// <summary>
    /// Towards no curvature, the model is the Euclidean one with the same weights: the same terms of the bound, and the same gradients,
    /// those of the geodesic layer too.
    /// </summary>
    [Fact]
    public void Without_curvature_the_model_is_the_Euclidean_one()
    {
        using var scope = NewDisposeScope();
        var (first, second, third) = (new SeededNoise(82), new SeededNoise(83), new SeededNoise(83));
        var curved = (Small with { Posterior = new WrappedNormalPosteriorSpec { Curvature = 1e-6 } }).Build(Examples.Images(), first);
        var flat = new VaeSpec { Network = new MlpSpec { Hidden = [16] } }.Build(Examples.Images(), first);
        (string Curved, string Flat)[] alike =
        [
            ("encoder.layers.0.weight", "encoder.layers.0.weight"), ("posterior.mean.weight", "posterior.mean.weight"),
            ("decoder.hidden.0.weight", "decoder.layers.0.weight"), ("decoder.output.weight", "decoder.output.weight"),
        ];
        foreach (var (from, to) in alike)
            flat.Set(to, curved.Weight(from).detach());
        curved.Set("posterior.scale.weight", zeros(1));
        flat.Set("posterior.logVar.weight", zeros(1));
        flat.Set("posterior.logVar.bias", full(1, 2 * Math.Log(Math.Log(2) + 1e-5)));            // softplus(0) + 10⁻⁵
        var expected = flat.Infer(Examples.Batch(), 3, new Progress(second));
        var found = curved.Infer(Examples.Batch(), 3, new Progress(third));
        Check.Close(expected.Latents[0].Draw.Z, found.Latents[0].Draw.Z, 1e-4, 1e-4);
        Check.Close(expected.LogLikelihood, found.LogLikelihood, 1e-4, 1e-3);
        Check.Close(expected.LogWeight, found.LogWeight, 1e-4, 1e-3);
        expected.LogWeight.sum().backward();
        found.LogWeight.sum().backward();
        foreach (var (from, to) in alike)
        {
            var (a, b) = (flat.Weight(to).grad!, curved.Weight(from).grad!);
            Check.Close(a, b, 1e-3, 1e-3 * a.abs().max().item<float>());
        }
    }

    /// <summary>A hidden layer less: what the decoder yields are distances themselves.</summary>
    [Fact]
    public void Without_hidden_layers_there_is_a_geodesic_layer_still()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(84);
        var model = (Small with { Network = new GeodesicMlpSpec { Hidden = [] } }).Build(Examples.Images(), noise);
        Assert.Contains(model.named_modules(), part => part.module is GeodesicLayer);
        Assert.True(Check.IsFinite(model.Decode(model.DrawCodes(4, null, new Progress(noise))).Mean));
    }

    [Fact]
    public void What_needs_another_space_is_refused()
    {
        Assert.Contains("prior 'standard-normal' needs a posterior with codes in Euclidean space",
            Only(Small with { Prior = new StandardNormalPriorSpec(), Network = new MlpSpec() }));
        Assert.Contains("prior 'wrapped-normal' needs a posterior with codes in hyperbolic space (riemannian-normal, wrapped-normal)",
            Only(Small with { Posterior = new GaussianPosteriorSpec(), Network = new MlpSpec() }));
        Assert.Contains("network 'geodesic-mlp' needs a posterior with codes in hyperbolic space",
            Compatibility.Violations(new VaeSpec { Network = new GeodesicMlpSpec() }).First().Message);
        Assert.Contains(Compatibility.Violations(Small with { Penalties = [new CodeNormSpec()] }),
            violation => violation.Message.Contains("'wrapped-normal'"));
        Assert.Empty(Compatibility.Violations(Small with { Prior = new VampPriorSpec(), Objective = new DregIwaeSpec() }));
        Assert.Empty(Compatibility.Violations(Small with { Network = new ConvSpec(), Prior = new RiemannianNormalPriorSpec() }));

        static string Only(VaeSpec spec) => Assert.Single(Compatibility.Violations(spec)).Message;
    }
}

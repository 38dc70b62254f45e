using VaeSharp.Distributions;
using VaeSharp.Flows;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Posteriors;
using VaeSharp.Tests.Flows;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Posteriors;

/// <summary>Posteriors with a flow: the density of their draws, by nothing that they say themselves.</summary>
public sealed class FlowPosteriorTests
{
    private const long Features = 5;

    private static readonly Dictionary<string, (PosteriorSpec Spec, PosteriorSpec Without)> Specs = new()
    {
        ["planar"] = (new PlanarPosteriorSpec { Layers = 3 }, new PlanarPosteriorSpec { Layers = 0 }),
        ["radial"] = (new RadialPosteriorSpec { Layers = 3 }, new RadialPosteriorSpec { Layers = 0 }),
        ["sylvester"] = (new SylvesterPosteriorSpec { Layers = 3 }, new SylvesterPosteriorSpec { Layers = 0 }),
        ["sylvester-triangular"] = (new SylvesterPosteriorSpec { Layers = 3, Basis = SylvesterBasis.Triangular },
            new SylvesterPosteriorSpec { Layers = 0, Basis = SylvesterBasis.Triangular }),
        ["householder"] = (new HouseholderPosteriorSpec { Layers = 3 }, new HouseholderPosteriorSpec { Layers = 0 }),
        ["iaf"] = (new IafPosteriorSpec { Layers = 3, Hidden = [12] }, new IafPosteriorSpec { Layers = 0 }),
    };

    public static TheoryData<string> Names => [.. Specs.Keys];

    private static Distribution Build(string name, long latent, Tensor features, double scale = 1.5)
    {
        var posterior = FlowExamples.Filled(Specs[name].Spec.Build(Features, new LatentSpace(latent)), features.dtype, scale);
        return posterior.For(features, new Batch(features), _ => throw new InvalidOperationException(), new Progress(new ReplayedNoise()));
    }

    /// <summary>
    /// A draw is a function of standard normal noise ε, so log q(z) = log N(ε; 0, I) − log|det ∂z/∂ε|, with the whole matrix of
    /// derivatives.
    /// </summary>
    [Theory, MemberData(nameof(Names))]
    public void The_density_of_a_draw_is_that_of_its_noise_over_the_change_of_volume(string name)
    {
        using var scope = NewDisposeScope();
        var epsilon = FlowExamples.Normal(1, 6, 2, 3).requires_grad_();
        var draw = Build(name, 3, FlowExamples.Normal(2, 2, Features)).Rsample(6, new ReplayedNoise(epsilon));
        var noise = -0.5 * (epsilon.square() + Math.Log(2 * Math.PI)).sum(dim: -1L);
        Check.Close(noise - DerivativeMatrix.Determinant(DerivativeMatrix.Of(draw.Z, epsilon)).LogDet, draw.LogQ!, 1e-9, 1e-9);
    }

    /// <summary>
    /// Goodness of fit: E_q [g(z)/q(z)] = 1 for any density g that is 0 where q is. A density of another distribution than that of the
    /// draws would give another number.
    /// </summary>
    [Theory, MemberData(nameof(Names))]
    public void The_draws_have_the_density_that_comes_with_them(string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        using var frozen = no_grad();
        var draw = Build(name, 2, FlowExamples.Normal(4, 1, Features).to_type(float32)).Rsample(200_000, noise);
        Statistics.AssertMean(1, FlowExamples.Ratio(draw.Z.flatten(0, 1), draw.LogQ!.flatten()));
    }

    /// <summary>
    /// What flows are for: of a density along a parabola, z₁ ~ N(0, 1) and z₂ ~ N(z₁², ½²), KL(q ‖ p) falls further than with independent
    /// normal units, which stay half a nat away. An autoregressive step has that very form.
    /// </summary>
    [Fact]
    public void An_autoregressive_flow_fits_a_bent_density_better_than_independent_normal_units()
    {
        var (flow, error) = Fit(Specs["iaf"].Spec);
        var (gaussian, deviation) = Fit(Specs["iaf"].Without);
        Assert.True(flow + Statistics.Sigmas * error < gaussian - Statistics.Sigmas * deviation,
            $"{flow} ± {error}, {gaussian} ± {deviation}");
        Assert.True(flow > -Statistics.Sigmas * error, $"a divergence of {flow}");               // Gibbs

        static (double Mean, double Error) Fit(PosteriorSpec spec)
        {
            using var scope = NewDisposeScope();
            using var noise = new SeededNoise(20);
            var posterior = spec.Build(Features, new LatentSpace(2));
            posterior.Initialise(noise);
            var features = ones(1, Features);
            var parameters = posterior.parameters().Cast<Tensor>().ToArray();
            using var optimizer = new VaeSharp.Optimizers.AdamSpec().Build(parameters);
            for (var step = 0; step < 1200; step++)
            {
                using var inner = NewDisposeScope();
                foreach (var parameter in parameters)
                    parameter.grad = null;
                Divergence(100).mean().backward();
                optimizer.Step([.. parameters.Select(parameter => parameter.grad)], 3e-3);
            }
            using var frozen = no_grad();
            return Statistics.MeanOf(Divergence(20_000));

            Tensor Divergence(long samples)
            {
                var q = posterior.For(features, new Batch(features), _ => throw new InvalidOperationException(), new Progress(noise));
                var draw = q.Rsample(samples, noise);
                var (first, second) = (draw.Z.select(-1, 0), draw.Z.select(-1, 1));
                var logP = -0.5 * (first.square() + 4 * (second - first.square()).square()) - Math.Log(2 * Math.PI * 0.5);
                return draw.LogQ! - logP;
            }
        }
    }

    /// <summary>The code is the image of μ: the draw without noise.</summary>
    [Theory, MemberData(nameof(Names))]
    public void The_code_is_the_draw_without_noise(string name)
    {
        using var scope = NewDisposeScope();
        var q = Build(name, 3, FlowExamples.Normal(5, 4, Features));
        Check.Close(q.Rsample(1, new ReplayedNoise(zeros(1, 4, 3, dtype: float64))).Z[0], q.Mean, 1e-12, 1e-12);
        Assert.Equal([4, 3], q.Mean.shape);
    }

    [Theory, MemberData(nameof(Names))]
    public void Without_layers_it_is_the_gaussian_posterior(string name)
    {
        using var scope = NewDisposeScope();
        var gaussian = new VaeSpec { Latent = 3, Network = new MlpSpec { Hidden = [16] } };
        Pass.Of(gaussian with { Posterior = Specs[name].Without }).AssertSameAs(Pass.Of(gaussian), 0, 0);
    }

    [Theory, MemberData(nameof(Names))]
    public void Gradients_reach_every_weight_of_the_posterior(string name)
    {
        using var scope = NewDisposeScope();
        var pass = Pass.Of(new VaeSpec { Latent = 3, Network = new MlpSpec { Hidden = [16] }, Posterior = Specs[name].Spec });
        var silent = pass.Gradients.Where(pair => pair.Key.StartsWith("posterior.") && pair.Value.abs().sum().item<float>() == 0);
        Assert.Empty(silent.Select(gradient => gradient.Key));
        Assert.Contains(pass.Gradients.Keys, key => key.StartsWith("posterior.flow."));
        Assert.All(pass.Gradients.Values, gradient => Assert.True(Check.IsFinite(gradient)));
    }

    [Theory, MemberData(nameof(Names))]
    public void Only_reflections_have_a_density_away_from_their_draws(string name)
    {
        using var scope = NewDisposeScope();
        var q = Build(name, 3, FlowExamples.Normal(6, 2, Features));
        Assert.Equal(name == "householder", Specs[name].Spec.Gives.HasFlag(Traits.DensityAnywhere));
        if (name == "householder")
            Assert.Equal([7, 2], q.LogProb(FlowExamples.Normal(7, 7, 2, 3)).shape);
        else
            Assert.Throws<NotSupportedException>(() => q.LogProb(zeros(2, 3, dtype: float64)));
    }

    /// <summary>
    /// Reflections of a normal distribution are normal: with z = m + A ε the density is exp(−½ ‖A⁻¹(z − m)‖²) / |det A| √(2π)^Z anywhere,
    /// m and A being read off draws without noise and with one unit of it.
    /// </summary>
    [Fact]
    public void Reflections_of_a_normal_distribution_have_the_normal_density_anywhere()
    {
        using var scope = NewDisposeScope();
        var q = (Transformed)Build("householder", 3, FlowExamples.Normal(8, 1, Features));
        var noise = cat([zeros(1, 1, 3, dtype: float64), eye(3, dtype: float64).unsqueeze(1)], 0);
        var z = q.Rsample(4, new ReplayedNoise(noise)).Z[.., 0];
        var (m, a) = (z[0], (z.narrow(0, 1, 3) - z[0]).t());
        var x = 2 * FlowExamples.Normal(9, 5, 1, 3);
        var epsilon = linalg.solve(a, (x.squeeze(1) - m).t()).t();
        var expected = -0.5 * (epsilon.square() + Math.Log(2 * Math.PI)).sum(dim: -1L) - DerivativeMatrix.Determinant(a).LogDet;
        Check.Close(expected.unsqueeze(1), q.LogProb(x), 1e-9, 1e-9);
        Assert.True((a - a.diagonal().diag()).abs().max().item<double>() > 0.1, "the units are independent: the test says nothing");

        var still = q.Detached();
        Check.Close(q.LogProb(x), still.LogProb(x), 1e-12, 1e-12);
        Assert.True(q.LogProb(x).requires_grad);
        Assert.False(still.LogProb(x).requires_grad);
    }
}

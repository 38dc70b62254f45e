using VaeSharp.Distributions;
using VaeSharp.Likelihoods;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Identities;

/// <summary>
/// The model whose evidence is known, with its codes turned: z' = Rz has the same prior, x = W Rᵀ z' + b + σε the same distribution, and
/// the exact posterior the covariance R Σ Rᵀ, which no posterior with independent units has.
/// </summary>
public sealed class FullCovarianceTests
{
    private const double Angle = 0.6;
    private readonly LinearGaussian straight = new();

    /// <summary>The turned model with its exact posterior, or with the best one of independent units.</summary>
    private Autoencoder Turned(bool full)
    {
        using var noise = new SeededNoise(1);
        using var frozen = no_grad();
        var model = new VaeSpec
        {
            Latent = LinearGaussian.Z,
            Network = new MlpSpec { Hidden = [] },
            Posterior = full ? new FullCovariancePosteriorSpec() : new GaussianPosteriorSpec(),
            Likelihood = new GaussianLikelihoodSpec { Sigma = LinearGaussian.Sigma, Mean = MeanLink.Identity },
        }.Build(new DataSpec(LinearGaussian.D) { Low = double.NegativeInfinity, High = double.PositiveInfinity }, noise);
        var rotation = tensor(new[] { Math.Cos(Angle), -Math.Sin(Angle), Math.Sin(Angle), Math.Cos(Angle) }).view(2, 2);
        var sigma = rotation.mm(diag(Weight(straight.Model, "posterior.logVar.bias").exp())).mm(rotation.t());
        var variances = full ? null : (Tensor)(1 / sigma.inverse().diagonal());                  // of the mean field: 1 / Λⱼⱼ
        var scale = linalg.cholesky(sigma);

        Set("decoder.output.weight", Weight(straight.Model, "decoder.output.weight").mm(rotation.t()));
        Set("decoder.output.bias", Weight(straight.Model, "decoder.output.bias"));
        Set("posterior.mean.weight", rotation.mm(Weight(straight.Model, "posterior.mean.weight")));
        Set("posterior.mean.bias", rotation.mv(Weight(straight.Model, "posterior.mean.bias")));
        Set("posterior.logVar.weight", zeros(LinearGaussian.Z, LinearGaussian.D));
        Set("posterior.logVar.bias", variances?.log() ?? 2 * scale.diagonal().log());
        if (full)
        {
            Set("posterior.lower.weight", zeros(1, LinearGaussian.D));
            Set("posterior.lower.bias", scale[1, 0].view(1));
        }
        return model;

        void Set(string name, Tensor value) => model.Set(name, value);
    }

    private static Tensor Weight(Autoencoder model, string name) => model.Weight(name).to_type(float64);

    // KL between the mean field and the exact posterior: ½ (Σ log Λⱼⱼ − log det Λ), by 2 × 2 matrices written out.
    private double Gap()
    {
        var v = Weight(straight.Model, "posterior.logVar.bias").exp().data<double>().ToArray();
        var (c, s) = (Math.Cos(Angle), Math.Sin(Angle));
        var (first, second) = (c * c / v[0] + s * s / v[1], s * s / v[0] + c * c / v[1]);
        return 0.5 * (Math.Log(first) + Math.Log(second) + Math.Log(v[0] * v[1]));
    }

    // E log p(x|z) over a posterior, without a draw: log p(x|μ) − tr(WΣWᵀ) / 2σ².
    private static double ExpectedLogLikelihood(Autoencoder model, Tensor x)
    {
        var q = model.Encode(new Batch(x), new Progress(new SeededNoise(2)));
        var scale = q is MultivariateNormal normal ? normal.ScaleTril[0] : diag((0.5 * ((Normal)q).LogVar[0]).exp());
        var spread = Weight(model, "decoder.output.weight").mm(scale.to_type(float64)).square().sum().item<double>();
        return model.Decode(q.Mean).LogProb(x).mean().item<float>() - spread / (2 * LinearGaussian.Sigma * LinearGaussian.Sigma);
    }

    [Fact]
    public void The_bound_of_the_full_covariance_is_the_evidence_and_that_of_independent_units_is_not()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var x = straight.Draw(30, noise);
        var evidence = straight.LogEvidence(x);
        Assert.True(Gap() > 0.01, $"{Gap()}: nearer than a hundred tolerances, the two posteriors are not told apart");
        Check.Close(evidence, Bound(full: true), absolute: 1e-4);
        Check.Close(evidence - Gap(), Bound(full: false), absolute: 1e-4);

        double Bound(bool full)
        {
            var model = Turned(full);
            var divergence = model.Infer(new Batch(x), 1, new Progress(noise)).Divergence;
            Assert.Equal([1, 30], divergence.shape);                                             // in closed form
            return ExpectedLogLikelihood(model, x) - divergence.mean().item<float>();
        }
    }

    /// <summary>log p(x, z) − log q(z|x) = log p(x) for every z, and the evidence is the mean of the bound's estimates.</summary>
    [Fact]
    public void Every_draw_has_the_evidence_as_its_weight()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var x = straight.Draw(20, noise);
        var trace = Turned(full: true).Infer(new Batch(x), 2000, new Progress(noise));
        for (var n = 0; n < 20; n++)
            Check.Close(full(2000, straight.LogEvidence(x[n]), dtype: float64), trace.LogWeight.select(1, n), 1e-5, 1e-4);
        Statistics.AssertMean(straight.LogEvidence(x), (trace.LogLikelihood - trace.Divergence).mean([1L]), rounding: 1e-4);
    }

    /// <summary>At the exact posterior the bound is at its maximum: with the closed form, its expected gradient is zero there.</summary>
    [Fact]
    public void At_the_exact_posterior_nothing_pulls_at_it()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var x = straight.Draw(50, noise);
        var model = Turned(full: true);
        var gradients = Enumerable.Range(0, 60).Select(_ => Gradients()).ToList();
        foreach (var name in gradients[0].Keys.Where(name => name.StartsWith("posterior", StringComparison.Ordinal)))
        {
            var all = stack(gradients.Select(gradient => gradient[name]).ToArray()).flatten(1);
            for (var i = 0; i < all.size(1); i++)
                Statistics.AssertMean(0, all.select(1, i), rounding: 1e-4);
        }
        model.Set("posterior.lower.bias", model.Weight("posterior.lower.bias") + 0.3);
        var pulled = Gradients()["posterior.lower.bias"];
        Assert.True(pulled.item<float>() > 0.1, $"{pulled.item<float>()}");

        IReadOnlyDictionary<string, Tensor> Gradients() =>
            Pass.Of(model, new Elbo(new ElboSpec { Samples = 100 }), new Batch(x), noise).Gradients;
    }

    /// <summary>With zeros below the diagonal it is the gaussian posterior: the same loss and gradients from the same noise.</summary>
    [Fact]
    public void Without_covariances_it_is_the_gaussian_posterior()
    {
        using var scope = NewDisposeScope();
        var spec = new VaeSpec { Latent = 3, Network = new MlpSpec { Hidden = [16], Activation = Activation.Tanh } };
        using var noise = new SeededNoise(6);
        var plain = spec.Build(Examples.Images(), noise);
        var rich = (spec with { Posterior = new FullCovariancePosteriorSpec() }).Build(Examples.Images(), noise);
        foreach (var (name, _) in rich.named_parameters())
            rich.Set(name, name.StartsWith("posterior.lower", StringComparison.Ordinal) ? zeros(1) : plain.Weight(name));
        var (one, other) = (Of(rich), Of(plain));
        var shared = one.Gradients.Where(gradient => !gradient.Key.StartsWith("posterior.lower", StringComparison.Ordinal)).ToDictionary();
        Assert.Equal(one.Gradients.Count, shared.Count + 2);
        (one with { Gradients = shared }).AssertSameAs(other, 1e-4, 1e-5);

        static Pass Of(Autoencoder model) => Pass.Of(model, new Elbo(new ElboSpec { Samples = 3 }), Examples.Batch(), new SeededNoise(7));
    }

    [Fact]
    public void One_unit_has_no_covariance()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(8);
        var model = new VaeSpec { Latent = 1, Posterior = new FullCovariancePosteriorSpec() }.Build(Examples.Images(), noise);
        Assert.DoesNotContain(model.named_parameters(), p => p.name.StartsWith("posterior.lower", StringComparison.Ordinal));
        Assert.True(Check.IsFinite(model.Infer(Examples.Batch(), 4, new Progress(noise)).LogWeight));
    }

    [Fact]
    public void Free_bits_for_each_unit_are_refused()
    {
        var spec = new VaeSpec { Posterior = new FullCovariancePosteriorSpec(), Objective = new ElboSpec { Rate = new FreeBitsRate() } };
        Assert.Contains("independent units", Assert.Single(Compatibility.Violations(spec)).Message);
        Assert.Empty(Compatibility.Violations(spec with { Objective = new ElboSpec { Rate = new FreeBitsRate { Per = Granted.Term } } }));
    }
}

using VaeSharp.Corruptions;
using VaeSharp.Distributions;
using VaeSharp.Likelihoods;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Identities;

/// <summary>Rows of the zoo that are other rows at some values of their options, from the same weights and the same noise.</summary>
public sealed class RowIdentities
{
    private static VaeSpec Row(string name) =>
        ModelZoo.Find(name).Spec with { Latent = 4, Network = new MlpSpec { Hidden = [16], Activation = Activation.Tanh } };

    /// <summary>With λ = 1 − α the discrepancy's weight α + λ − 1 is 0, and what is left is the divergence at β = 1 − α.</summary>
    [Theory, InlineData(0.0), InlineData(0.25), InlineData(0.75)]
    public void Info_vae_without_weight_on_the_discrepancy_is_the_beta_vae(double alpha)
    {
        using var scope = NewDisposeScope();
        var lambda = 1 - alpha;
        var rate = new ElboSpec { Rate = new WeightedRate { Beta = 1 - alpha } };
        var discrepancy = (MeanDiscrepancySpec)Row("info-vae").Penalties.Single() with { Weight = alpha + lambda - 1 };
        Pass.Of(Row("info-vae") with { Objective = rate, Penalties = [discrepancy] })
            .AssertSameAs(Pass.Of(Row("beta-vae") with { Objective = rate }));
    }

    [Fact]
    public void Regularised_autoencoders_without_weights_are_the_autoencoder_with_a_normal_likelihood()
    {
        using var scope = NewDisposeScope();
        var plain = Pass.Of(Row("ae") with { Likelihood = new GaussianLikelihoodSpec { Sigma = Math.Sqrt(0.5) } });
        var (norm, weights) = (new CodeNormSpec { Weight = 0 }, new DecoderWeightsSpec { Weight = 0 });
        Pass.Of(Row("rae") with { Penalties = [norm] }).AssertSameAs(plain);
        Pass.Of(Row("rae-l2") with { Penalties = [norm, weights] }).AssertSameAs(plain);
        Pass.Of(Row("rae-gp") with { Penalties = [norm, new DecoderGradientSpec { Weight = 0 }] }).AssertSameAs(plain);
    }

    [Fact]
    public void The_denoising_autoencoder_without_noise_is_the_autoencoder()
    {
        using var scope = NewDisposeScope();
        Pass.Of(Row("denoising-ae") with { Corruption = new MaskingCorruptionSpec { Share = 0 } }).AssertSameAs(Pass.Of(Row("ae")), 0, 0);
    }

    /// <summary>
    /// q = N(Uμ, U diag σ² Uᵀ) has the density of a normal distribution of full covariance, whose factor L is found from the draws alone:
    /// with noise eⱼ they are Uμ + σⱼ U eⱼ. Its divergence from N(0, I) is ½ Σ (μ² + σ² − log σ² − 1), which does not know U.
    /// </summary>
    [Fact]
    public void The_householder_posterior_is_the_normal_distribution_of_full_covariance()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        const int units = 4, batch = 5;
        var posterior = new HouseholderPosteriorSpec { Layers = 3 }.Build(6, new LatentSpace(units));
        posterior.Initialise(noise);
        var q = (Transformed)posterior.For(noise.Normal([batch, 6], CPU), new Batch(zeros(batch, 1)), null!, new Progress(noise));
        var columns = q.Rsample(units, new ReplayedNoise(eye(units).unsqueeze(1).expand(units, batch, units))).Z - q.Mean;
        var covariance = columns.permute(1, 2, 0).bmm(columns.permute(1, 0, 2));              // [B, Z, Z]
        Assert.True((covariance - covariance.diagonal(0, -2, -1).diag_embed()).abs().max().item<float>() > 1e-2, "the test says nothing");
        var full = new MultivariateNormal(q.Mean, linalg.cholesky(covariance));
        var z = 2 * noise.Normal([7, batch, units], CPU);
        Check.Close(full.LogProb(z), q.LogProb(z), 1e-4, 1e-4);

        var prior = new StandardNormal([units], CPU);
        var origin = (Normal)q.Origin;
        Check.Close(0.5 * (origin.Mean.square() + origin.LogVar.exp() - origin.LogVar - 1).sum(dim: -1L), Kl.Total(q, prior)!);
        Check.Close(Kl.Total(full, prior)!, Kl.Total(q, prior)!, 1e-4, 1e-4);
    }
}

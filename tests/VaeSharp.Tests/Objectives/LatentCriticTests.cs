using VaeSharp.Distributions;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Optimizers;
using VaeSharp.Tests.Conformance;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Objectives;

/// <summary>The critic that tells codes from draws of the prior (adversarial autoencoder, WAE-GAN).</summary>
public sealed class LatentCriticTests
{
    /// <summary>
    /// log D/(1 − D) of the best critic is log p(z) − log q(z) (Goodfellow et al. 2014, proposition 1). Codes from N((1, 0), diag(½, 1))
    /// have it in closed form, and a critic trained by his own loss finds it.
    /// </summary>
    [Fact]
    public void A_trained_critic_finds_the_log_ratio_of_the_prior_and_the_codes()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var q = new Normal(tensor(new[] { 1f, 0 }), tensor(new[] { (float)Math.Log(0.5), 0 }));
        var penalty = new LatentCriticSpec { Weight = 1, Layers = 2, Width = 32 }.Build(new LatentSpace(2));
        penalty.Initialise(noise);
        var (critic, model) = (penalty.modules().OfType<Critic>().Single(), new GivenCodes(2));
        Trained.Player(penalty, model, "latent-critic", 800, 5e-3, () => (q.Sample(512, noise), 1), noise);

        var z = cat([q.Sample(2000, noise), noise.Normal([2000, 2], CPU)], dim: 0);
        var exact = -0.5 * (z.square() + Math.Log(2 * Math.PI)).sum(dim: 1L) - q.LogProb(z);
        var found = critic.LogRatio(z);
        var error = (found - exact).abs().mean().item<float>();
        Assert.True(exact.abs().mean().item<float>() > 0.7, "the test says nothing");            // a critic who says nothing is off by this
        Assert.True(error < 0.15, $"{error}");
        // What the encoder is told is −E log D of his codes.
        var losses = penalty.Compute(model, model.Infer(new Batch(z[..2000]), 1, new Progress(noise)), new Progress(noise));
        Check.Close((1 + (-found[..2000]).exp()).log().mean().item<float>(), losses.Term("caught"), 1e-4);
    }

    /// <summary>A critic who says the same of all has the cross-entropy log 2, and −log D is log 2 too.</summary>
    [Fact]
    public void An_undecided_critic_loses_log_two()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var penalty = new LatentCriticSpec { Weight = 3, Layers = 1, Width = 8 }.Build(new LatentSpace(2));
        using (no_grad())
        {
            foreach (var weight in penalty.parameters())
                weight.zero_();
        }
        var losses = Of(penalty, noise.Normal([7, 2], CPU), noise);
        Check.Close(Math.Log(2), losses.ByPlayer.Single(loss => loss.Player == "latent-critic").Loss.item<float>());
        Check.Close(3 * Math.Log(2), losses.ByPlayer.Single(loss => loss.Player == Player.Model).Loss.item<float>());
    }

    /// <summary>
    /// Where the critic is sure that codes are none of the prior's, log (1 − D) is flat; −log D, as in both papers, moves them with the
    /// critic's whole slope.
    /// </summary>
    [Fact]
    public void A_critic_who_is_sure_moves_the_codes_with_all_his_slope()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var penalty = new LatentCriticSpec { Weight = 1, Layers = 0 }.Build(new LatentSpace(2));
        using (no_grad())
        {
            foreach (var (name, weight) in penalty.named_parameters())
            {
                var isBias = name.EndsWith("bias", StringComparison.Ordinal);
                weight.copy_(isBias ? tensor(new[] { -20f, 0 }) : tensor(new[] { 1f, 2, 0, 0 }).view(2, 2));
            }
        }
        var z = (0.1 * noise.Normal([5, 2], CPU)).requires_grad_();
        Of(penalty, z, noise).ByPlayer.Single(loss => loss.Player == Player.Model).Loss.backward();
        Check.Close(tensor(new[] { -1f, -2 }).expand(5, 2) / 5, z.grad!, 1e-4);
    }

    [Fact]
    public void Without_its_weight_the_model_is_the_autoencoder()
    {
        using var scope = NewDisposeScope();
        var plain = ModelZoo.Find("aae").Spec with { Latent = 3, Network = new MlpSpec { Hidden = [16] }, Penalties = [] };
        Pass.Of(plain with { Penalties = [new LatentCriticSpec { Weight = 0, Layers = 1, Width = 8 }] }).AssertSameAs(Pass.Of(plain));
    }

    /// <summary>
    /// What the row is for: the codes of all examples together follow the prior. Data are points of a uniform square, which the
    /// autoencoder alone codes wherever it likes; with the critic means, variances and the correlation of the codes are the prior's.
    /// </summary>
    [Theory, InlineData("aae"), InlineData("wae-gan")]
    public void Codes_of_all_examples_together_follow_the_prior(string row)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var spec = ModelZoo.Find(row).Spec;
        var critic = (LatentCriticSpec)spec.Penalties.Single();
        critic = critic with { Width = 64, Optimizer = new AdamSpec { LearningRate = 2e-3, Beta1 = 0.5 } };
        var map = noise.Normal([2, 16], CPU);
        var data = new DataSpec(16) { Low = double.NegativeInfinity, High = double.PositiveInfinity };
        spec = spec with { Latent = 2, Network = new MlpSpec { Hidden = [64] }, Penalties = [critic] };
        var (with, without) = (Moments(spec), Moments(spec with { Penalties = [] }));
        Assert.True(with < 0.25, $"{with}");
        Assert.True(without > 0.5, $"{without}");

        // How far means, variances and the covariance are from those of N(0, I).
        double Moments(VaeSpec model)
        {
            using var training = new Steps(model, data);
            for (var step = 0; step < 1500; step++)
            {
                using var inner = NewDisposeScope();
                training.Step(new Batch(Draw(128)));
            }
            using var frozen = no_grad();
            var z = training.Model.Encode(new Batch(Draw(5000)), new Progress(noise)).Mean;
            var centred = z - z.mean([0L]);
            var covariance = centred.t().mm(centred) / 5000;
            return Math.Max(z.mean([0L]).abs().max().item<float>(), (covariance - eye(2)).abs().max().item<float>());
        }

        Tensor Draw(long count) => (4 * noise.Uniform([count, 2], CPU) - 2).mm(map);
    }

    private static Losses Of(Objective penalty, Tensor z, Noise noise)
    {
        var (model, progress) = (new GivenCodes(2), new Progress(noise) { Training = true });
        return penalty.Compute(model, model.Infer(new Batch(z), 1, progress), progress);
    }
}

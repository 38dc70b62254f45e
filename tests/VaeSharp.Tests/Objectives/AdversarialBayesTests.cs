using VaeSharp.Distributions;
using VaeSharp.Models;
using VaeSharp.Objectives;
using VaeSharp.Optimizers;
using VaeSharp.Posteriors;

namespace VaeSharp.Tests.Objectives;

/// <summary>Adversarial variational Bayes: a critic of pairs (x, z) in the place of a divergence that nobody can compute.</summary>
public sealed class AdversarialBayesTests
{
    /// <summary>
    /// T of the best critic is log q(z|x) − log p(z), so its mean over codes is the divergence, which a Gaussian posterior has in closed
    /// form. With adaptive contrast it is less by what codes tell of the K draws that they are shifted and scaled by, which is 1/K for each
    /// normal unit and terms in 1/K²: the critic sees codes of all draws together. This critic and the mean are off by 0.04 at most over
    /// four seeds.
    /// </summary>
    [Theory, InlineData(0), InlineData(64)]
    public void A_trained_critic_finds_the_divergence_of_a_gaussian_posterior(int moments)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var truth = new LinearGaussian(shift: 0.2, spread: 1.5);
        var bound = Build(new AdversarialBayesSpec { Moments = moments, Layers = 2, Width = 64 }, noise);
        Trained.Player(bound, truth.Model, "pair-critic", 1500, 5e-3, () => (truth.Draw(256, noise), 2), noise);
        using var frozen = no_grad();
        var trace = truth.Model.Infer(new Batch(truth.Draw(5000, noise)), 4, new Progress(noise));
        var (exact, found) = (trace.Divergence.mean().item<float>(), bound.Compute(truth.Model, trace, new Progress(noise)).Term("kl"));
        var lost = moments == 0 ? 0 : (double)LinearGaussian.Z / moments;
        Assert.True(exact > 1, "the test says nothing");
        Assert.True(Math.Abs(found - (exact - lost)) < 0.08, $"{found}, exactly {exact} less {lost}");
    }

    /// <summary>The model's loss is the sum of the two terms that the log has, and the critic has a loss of its own.</summary>
    [Fact]
    public void The_loss_is_reconstruction_and_estimated_divergence()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var truth = new LinearGaussian();
        var bound = Build(new AdversarialBayesSpec { Layers = 1, Width = 8 }, noise);
        var trace = truth.Model.Infer(new Batch(truth.Draw(9, noise)), 3, new Progress(noise));
        var losses = bound.Compute(truth.Model, trace, new Progress(noise));
        Check.Close(losses.Term("reconstruction") + losses.Term("kl"), losses.ByPlayer[0].Loss.item<float>());
        Assert.Equal([Player.Model, "pair-critic"], losses.ByPlayer.Select(loss => loss.Player));
    }

    /// <summary>
    /// The model moves along T through its codes. A linear T(x, z) = aᵀx + wᵀz has the slope w everywhere: of z = μ + σε that is w for μ,
    /// and ½ w (z − μ) for log σ².
    /// </summary>
    [Fact]
    public void The_model_moves_through_its_codes_along_the_critic()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var truth = new LinearGaussian();
        var bound = Build(new AdversarialBayesSpec { Moments = 0, Layers = 0 }, noise);
        var weights = noise.Normal([2, LinearGaussian.D + LinearGaussian.Z], CPU);
        using (no_grad())
            bound.named_parameters().Single(p => p.name.EndsWith("weight", StringComparison.Ordinal)).parameter.copy_(weights);
        var w = (weights[0] - weights[1])[LinearGaussian.D..];
        var batch = new Batch(truth.Draw(50, noise));
        var (with, without) = (Of(bound), Of(new ReconstructionSpec().Build()));
        Check.Close(w, with["posterior.mean.bias"] - without["posterior.mean.bias"], 1e-4, 1e-4);
        using var again = new SeededNoise(4);
        var trace = truth.Model.Infer(batch, 1, new Progress(again));
        var slope = (0.5 * w * (trace.Latents[0].Draw.Z - trace.Latents[0].Posterior.Mean)).mean([0L, 1L]);
        Check.Close(slope, with["posterior.logVar.bias"] - without["posterior.logVar.bias"], 1e-4, 1e-4);

        IReadOnlyDictionary<string, Tensor> Of(Objective objective)
        {
            using var draws = new SeededNoise(4);
            return Pass.Of(truth.Model, objective, batch, draws).Gradients;
        }
    }

    /// <summary>
    /// Section 4: what is known without the critic is log r(z|x) − log p(z), with r normal of the draws' moments, which pass no gradient
    /// on. A critic who says nothing leaves just that.
    /// </summary>
    [Fact]
    public void With_adaptive_contrast_the_critic_adds_to_the_ratio_of_a_normal_distribution()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var truth = new LinearGaussian(shift: 0.5);
        var bound = Build(new AdversarialBayesSpec { Moments = 10, Layers = 0 }, noise);
        using (no_grad())
        {
            foreach (var weight in bound.parameters())
                weight.zero_();
        }
        var batch = new Batch(truth.Draw(6, noise));
        var (drawn, others, reference) = (noise.Normal([1, 6, 2], CPU), noise.Normal([10, 6, 2], CPU), noise.Normal([1, 6, 2], CPU));
        var progress = new Progress(new ReplayedNoise(drawn, others, reference)) { Training = true };
        var trace = truth.Model.Infer(batch, 1, progress);
        var found = bound.Compute(truth.Model, trace, progress);

        var q = (Normal)trace.Latents[0].Posterior;
        var draws = (q.Mean + (0.5 * q.LogVar).exp() * others).detach();
        var (mean, variance, z) = (draws.mean([0L]), (draws - draws.mean([0L])).square().mean([0L]), trace.Latents[0].Draw.Z);
        var known = -0.5 * ((z - mean).square() / variance + variance.log() - z.square()).sum(dim: -1L);
        Check.Close(known.mean().item<float>(), found.Term("kl"), 1e-4);
        Check.Close(Gradient(known.mean() - trace.LogLikelihood.mean()), Gradient(found.ByPlayer[0].Loss), 1e-3, 1e-4);

        Tensor Gradient(Tensor loss)
        {
            var bias = truth.Model.Weight("posterior.mean.bias");
            bias.grad = null;
            loss.backward(null!, retain_graph: true, create_graph: false, [bias]);
            return bias.grad!.clone();
        }
    }

    /// <summary>
    /// What no Gaussian can do. Of x = z² + σε the exact posterior at x = 1 has two modes, near ±1: the best Gaussian is a bound half a nat
    /// below log p(x). An implicit posterior that is trained with a critic covers both, and the bound is nearly log p(x), by quadrature.
    /// </summary>
    [Fact]
    public void An_implicit_posterior_covers_both_modes_and_the_bound_is_nearly_the_evidence()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(6);
        var model = new Parabola();
        model.Initialise(noise);
        var bound = Build(new AdversarialBayesSpec { Layers = 2, Width = 64, Moments = 0 }, noise, new DataSpec(1), 1);
        Tensor[][] players = [.. bound.Players(model).Select(Parameters)];
        var optimizers = players.Select(parameters => new AdamSpec { Beta1 = 0.5 }.Build(parameters)).ToList();
        const int steps = 3000;
        for (var step = 0; step < steps; step++)
        {
            using var inner = NewDisposeScope();
            var losses = Compute(256);
            for (var i = 0; i < players.Length; i++)
            {
                foreach (var parameter in players[i])
                    parameter.grad = null;
                losses.ByPlayer[i].Loss.backward(null!, retain_graph: true, create_graph: false, players[i]);
            }
            for (var i = 0; i < players.Length; i++)
                optimizers[i].Step([.. players[i].Select(parameter => parameter.grad)], (1 + 2 * i) * 1e-3 * (1 - (double)step / steps));
        }
        using var frozen = no_grad();
        var z = model.Encode(new Batch(ones(10_000, 1)), new Progress(noise)).Sample(1, noise);
        var (left, right) = ((z < -0.5).to_type(float32).mean().item<float>(), (z > 0.5).to_type(float32).mean().item<float>());
        var found = -Compute(10_000).ByPlayer[0].Loss.item<float>();

        var grid = linspace(-6, 6, 100_001, dtype: float64);
        var joint = Parabola.LogJoint(grid.square(), grid.pow(4)).exp() * (12 / 1e5);
        var (evidence, mode) = (joint.sum().item<double>(), (joint * (grid > 0.5)).sum().item<double>());
        var (m, s) = (linspace(0, 2, 201, dtype: float64).unsqueeze(1), linspace(0.01, 2, 200, dtype: float64));
        var (second, fourth) = (m.square() + s.square(), m.pow(4) + 6 * m.square() * s.square() + 3 * s.pow(4));
        var gaussian = (Parabola.LogJoint(second, fourth) + s.log() + 0.5 * Math.Log(2 * Math.PI * Math.E)).max().item<double>();
        Assert.True(gaussian < Math.Log(evidence) - 0.5, "the test says nothing");
        Assert.InRange(found, Math.Log(evidence) - 0.1, Math.Log(evidence) + 0.1);
        Assert.InRange(left, mode / evidence - 0.1, mode / evidence + 0.1);
        Assert.InRange(right, mode / evidence - 0.1, mode / evidence + 0.1);

        static Tensor[] Parameters(Player player) => [.. player.Owners.SelectMany(owner => owner.parameters())];

        Losses Compute(int count)
        {
            var progress = new Progress(noise) { Training = true };
            return bound.Compute(model, model.Infer(new Batch(ones(count, 1)), 1, progress), progress);
        }
    }

    private static Objective Build(AdversarialBayesSpec spec, Noise noise, DataSpec? data = null, long latent = LinearGaussian.Z)
    {
        var bound = spec.Build(new LatentSpace(latent), data ?? new DataSpec(LinearGaussian.D));
        bound.Initialise(noise);
        return bound;
    }

    /// <summary>x = z² + σε, z ~ N(0, 1), with an implicit posterior.</summary>
    private sealed class Parabola : Autoencoder
    {
        private const double Variance = 0.25;

        private readonly Posterior posterior;

        public Parabola() : base(nameof(Parabola))
        {
            posterior = new ImplicitPosteriorSpec { Hidden = [32, 32], Noise = 4 }.Build(1, new LatentSpace(1));
            RegisterComponents();
        }

        /// <summary>log p(x = 1, z), or its mean, of z² and z⁴ or their means.</summary>
        public static Tensor LogJoint(Tensor second, Tensor fourth) =>
            -0.5 * (second + (1 - 2 * second + fourth) / Variance) - Math.Log(2 * Math.PI * Math.Sqrt(Variance));

        public override DataSpec Data => new(1);

        public override LatentSpace Latent => new(1);

        public override bool NeedsLabels => false;

        public override Trace Infer(Batch batch, long samples, Progress progress)
        {
            var q = Encode(batch, progress);
            var term = new LatentTerm(q.Rsample(samples, progress.Noise), q, new StandardNormal([1], CPU));
            return new Trace(batch, [term], z => Decode(z));
        }

        public override Distribution Encode(Batch batch, Progress progress) =>
            posterior.For(batch.X, batch, _ => throw new NotSupportedException(), progress);

        public override Distribution Decode(Tensor z, Tensor? labels = null) =>
            new Normal(z.square(), full(1, Math.Log(Variance), dtype: float32));

        public override Tensor DrawCodes(long count, Tensor? labels, Progress progress, double temperature = 1) =>
            progress.Noise.Normal([count, 1], CPU);

        public override IReadOnlyList<nn.Module> Side(Side side) => side == VaeSharp.Models.Side.Inference ? [posterior] : [];
    }
}

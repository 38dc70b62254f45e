using VaeSharp.Distributions;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Numerics;
using VaeSharp.Objectives;
using VaeSharp.Optimizers;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Traps;

/// <summary>What well-known libraries get wrong about importance-weighted bounds, each as a test that fails on it.</summary>
public sealed class BoundTraps
{
    private static readonly VaeSpec Vae = new() { Latent = 3, Network = new MlpSpec { Hidden = [16], Activation = Activation.Tanh } };

    private static (Autoencoder Model, Trace Trace, Progress Progress) Infer(int draws)
    {
        var noise = new SeededNoise(1);
        var model = Vae.Build(Examples.Images(), noise);
        var progress = new Progress(noise) { Training = true };
        return (model, model.Infer(Examples.Batch(), draws, progress), progress);
    }

    /// <summary>log p(x|z) + log p(z) − log q(z|x) by the densities' own formulas, in double precision: [draw][example].</summary>
    private static double[][] LogWeights(Trace trace)
    {
        var (q, z) = ((Normal)trace.Latents[0].Posterior, trace.Latents[0].Draw.Z.detach().to_type(float64));
        var (mean, logVar) = (q.Mean.detach().to_type(float64), q.LogVar.detach().to_type(float64));
        var y = trace.Likelihood.Mean.detach().to_type(float64);
        var x = trace.Batch.X.to_type(float64);
        var likelihood = (x * y.log() + (1 - x) * (1 - y).log()).flatten(2).sum(dim: 2L);
        var prior = -0.5 * (z.square() + Math.Log(2 * Math.PI)).sum(dim: 2L);
        var posterior = -0.5 * ((z - mean).square() / logVar.exp() + logVar + Math.Log(2 * Math.PI)).sum(dim: 2L);
        var weights = likelihood + prior - posterior;
        return [.. Enumerable.Range(0, (int)weights.size(0)).Select(k => weights.select(0, k).contiguous().data<double>().ToArray())];
    }

    private static double LogMean(IEnumerable<double> logWeights)
    {
        var list = logWeights.ToList();
        var largest = list.Max();
        return largest + Math.Log(list.Average(w => Math.Exp(w - largest)));
    }

    private static double Mean(double[][] weights, Func<List<double>, double> bound) =>
        Enumerable.Range(0, weights[0].Length).Average(b => bound([.. weights.Select(draw => draw[b])]));

    private static double Grouped(List<double> weights, int groups, int samples) =>
        Enumerable.Range(0, groups).Average(m => LogMean(weights.Skip(m * samples).Take(samples)));

    /// <summary>
    /// P07 to P10: the loss that is reported is −log (1/K) Σ w. −Σ w̃ log w, which has the same gradient where w̃ is held, is lower by
    /// log K less the entropy of w̃; who chooses weights by it chooses by another number.
    /// </summary>
    [Fact]
    public void P07_The_reported_loss_is_the_bound_and_not_the_weighted_sum_of_log_weights()
    {
        using var scope = NewDisposeScope();
        var (model, trace, progress) = Infer(12);
        var weights = LogWeights(trace);
        var tight = Mean(weights, LogMean);
        var grouped = Mean(weights, w => Grouped(w, 3, 4));
        var weighted = Mean(weights, w => w.Sum(one => Math.Exp(one - LogMean(w)) / 12 * one));
        Assert.True(weighted > tight + 0.1, "the test says nothing");
        Check.Close(tight, -Loss(new IwaeSpec { Samples = 12 }));
        Check.Close(grouped, -Loss(new MiwaeSpec { Groups = 3, Samples = 4 }));
        Check.Close(tight, -Loss(new PiwaeSpec { Groups = 3, Samples = 4 }));
        Check.Close(grouped, -Loss(new PiwaeSpec { Groups = 3, Samples = 4 }, player: 1));
        Check.Close(0.25 * Mean(weights, w => w.Average()) + 0.75 * tight, -Loss(new CiwaeSpec { Beta = 0.25, Samples = 12 }));
        Check.Close(tight, -Loss(new StickingIwaeSpec { Samples = 12 }));

        // DReG's surrogate Σ w̃² log w is no bound either; it needs a pass of its own, whose draws are not decoded yet.
        foreach (var spec in (BoundSpec[])[new DregIwaeSpec { Samples = 12 }, new DregRenyiSpec { Alpha = 0, Samples = 12 }])
        {
            var fresh = Infer(12);
            Check.Close(tight, -spec.Build().Compute(fresh.Model, fresh.Trace, fresh.Progress).ByPlayer.Single().Loss.item<float>());
        }

        double Loss(BoundSpec spec, int player = 0) => spec.Build().Compute(model, trace, progress).ByPlayer[player].Loss.item<float>();
    }

    /// <summary>P08, P09: M bounds of K draws each, not K bounds of M; with M = K nobody sees the difference.</summary>
    [Fact]
    public void P08_P09_Groups_and_samples_are_not_exchanged()
    {
        using var scope = NewDisposeScope();
        var (model, trace, progress) = Infer(10);
        var weights = LogWeights(trace);
        var spec = new MiwaeSpec { Groups = 2, Samples = 5 };
        Assert.Equal(10, spec.Build().Samples);
        var loss = spec.Build().Compute(model, trace, progress).ByPlayer.Single().Loss.item<float>();
        Check.Close(Mean(weights, w => Grouped(w, 2, 5)), -loss);
        Assert.True(Math.Abs(Mean(weights, w => Grouped(w, 5, 2)) + loss) > 0.1, "the test says nothing");
        // Draws z_1 … z_MK are independent, but one weight must not be in two bounds: each of the 10 is in one.
        var partial = new PiwaeSpec { Groups = 2, Samples = 5 }.Build().Compute(model, trace, progress).ByPlayer;
        Check.Close(loss, partial.Single(player => player.Player == Player.Inference).Loss.item<float>());
    }

    /// <summary>
    /// P08: reconstruction and divergence of Pythae's MIWAE are vectors, which its logs cannot average. Every term is a number, and each
    /// the mean over draws and examples.
    /// </summary>
    [Fact]
    public void P08_Terms_are_numbers()
    {
        using var scope = NewDisposeScope();
        var (model, trace, progress) = Infer(6);
        BoundSpec[] bounds =
            [new MiwaeSpec { Groups = 2, Samples = 3 }, new PiwaeSpec { Groups = 2, Samples = 3 }, new IwaeSpec { Samples = 6 }];
        foreach (var bound in bounds)
        {
            var losses = bound.Build().Compute(model, trace, progress);
            Assert.All(losses.Terms, term => Assert.Equal(0, term.Value.dim()));
            Check.Close(-trace.LogLikelihood.mean().item<float>(), losses.Term("reconstruction"));
            Check.Close(trace.Divergence.mean().item<float>(), losses.Term("kl"));
        }
    }

    /// <summary>
    /// P09: after a step the decoder has moved along the gradient of L_MK alone, and the encoder along that of MIWAE(M, K) alone, though
    /// both come from one pass. Through the trainer's own players.
    /// </summary>
    [Fact]
    public void P09_Neither_players_gradient_reaches_the_others_weights()
    {
        using var scope = NewDisposeScope();
        using var copies = new WeightCopies();
        var epsilon = new SeededNoise(3).Normal([8, 16, 3], CPU);
        var model = Vae.Build(Examples.Images(), new SeededNoise(2));
        Pass Expected(BoundSpec bound) => Pass.Of(model, bound.Build(), Examples.Batch(), new ReplayedNoise(epsilon));
        var average = Expected(new MiwaeSpec { Groups = 4, Samples = 2 }).Gradients;
        var tight = Expected(new IwaeSpec { Samples = 8 }).Gradients;
        var before = model.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach().clone());

        var objective = new CompositeObjective(new Piwae(new PiwaeSpec { Groups = 4, Samples = 2 }), []);
        var descent = new SgdSpec { LearningRate = 0.1, Momentum = 0 };
        var players = objective.Players(model).Select(player => new TrainingPlayer(player, descent, copies)).ToList();
        var progress = new Progress(new ReplayedNoise(epsilon)) { Training = true };
        var losses = objective.Compute(model, model.Infer(Examples.Batch(), objective.Samples, progress), progress).ByPlayer;
        for (var i = 0; i < losses.Count; i++)
            players.Single(player => player.Name == losses[i].Player).Backward(losses[i].Loss, keepGraph: i < losses.Count - 1);
        players.ForEach(player => player.Move(1));

        var inference = model.Side(Side.Inference).SelectMany(module => module.parameters()).Select(p => p.Handle).ToHashSet();
        foreach (var (name, parameter) in model.named_parameters())
        {
            var (own, others) = inference.Contains(parameter.Handle) ? (average, tight) : (tight, average);
            var moved = (before[name] - parameter.detach()) / 0.1;
            Check.Close(own[name], moved, 1e-3, 1e-4);                                           // differences of weights near 1, over 0.1
            Assert.True((own[name] - others[name]).abs().max().item<float>() > 1e-2, $"{name}: the test says nothing");
        }
        players.ForEach(player => player.Dispose());
    }

    /// <summary>P10: β is the share of the evidence lower bound, by default the paper's 0.05, and a share has ends.</summary>
    [Fact]
    public void P10_Beta_is_the_share_of_the_evidence_lower_bound()
    {
        using var scope = NewDisposeScope();
        var (model, trace, progress) = Infer(10);
        var weights = LogWeights(trace);
        Check.Close(Mean(weights, w => 0.05 * w.Average() + 0.95 * LogMean(w)), -Loss(new CiwaeSpec { Samples = 10 }));
        Check.Close(Mean(weights, w => w.Average()), -Loss(new CiwaeSpec { Beta = 1, Samples = 10 }));
        Check.Close(Mean(weights, LogMean), -Loss(new CiwaeSpec { Beta = 0, Samples = 10 }));
        Assert.NotEmpty(VaeSharp.Specs.SpecValidator.Violations(Vae with { Objective = new CiwaeSpec { Beta = 1.5 } }));

        double Loss(BoundSpec spec) => spec.Build().Compute(model, trace, progress).ByPlayer.Single().Loss.item<float>();
    }

    public static TheoryData<string> Bounds => ["iwae", "miwae", "ciwae", "renyi", "vr-max"];

    /// <summary>
    /// A14: the bound's gradient arrives at log w_k with the weight w̃_k = w_k / Σ w, so that the best draw counts most (with the sign of
    /// log w exchanged the worst does); with weights that are not held while −Σ w̃ log w is differentiated, it would be w̃_k (1 + log w_k
    /// − Σ w̃ log w); and weights have log q − log p at the draw (with the closed form of the divergence they would be those of log
    /// p(x|z) alone).
    /// </summary>
    [Theory, MemberData(nameof(Bounds))]
    public void A14_Gradients_arrive_with_the_normalised_weights(string name)
    {
        using var scope = NewDisposeScope();
        var (model, trace, progress) = Infer(6);
        var weights = LogWeights(trace);
        trace.LogLikelihood.retain_grad();
        BoundSpec spec = name switch
        {
            "iwae" => new IwaeSpec { Samples = 6 },
            "miwae" => new MiwaeSpec { Groups = 2, Samples = 3 },
            "ciwae" => new CiwaeSpec { Beta = 0.3, Samples = 6 },
            "renyi" => new RenyiSpec { Alpha = 0.4, Samples = 6 },
            _ => new VrMaxSpec { Samples = 6 },
        };
        spec.Build().Compute(model, trace, progress).ByPlayer.Single().Loss.backward();
        var found = (-16 * trace.LogLikelihood.grad!).to_type(float64);
        for (var b = 0; b < 16; b++)
        {
            var w = weights.Select(draw => draw[b]).ToList();
            for (var k = 0; k < 6; k++)
                Check.Close(Weight(w, k), found[k, b].item<double>(), 1e-3, 1e-4);               // log w near −50 in single precision
        }

        double Weight(List<double> w, int k) => name switch
        {
            "iwae" => Share(w, k),
            "miwae" => Share(w.Skip(k / 3 * 3).Take(3), k % 3) / 2,
            "ciwae" => 0.3 / 6 + 0.7 * Share(w, k),
            "renyi" => Share(w.Select(one => 0.6 * one), k),
            _ => w[k] == w.Max() ? 1 : 0,
        };

        static double Share(IEnumerable<double> w, int k) => Math.Exp(w.ElementAt(k) - LogMean(w)) / w.Count();
    }

    /// <summary>
    /// What the prior takes from the encoder is a parameter of log w like the decoder's: under the doubly reparameterised estimator it
    /// keeps the weight w̃, and only the way through z has w̃². Who scales all of the encoder's gradient gets VampPrior wrong.
    /// </summary>
    [Theory, InlineData("iwae-dreg"), InlineData("renyi-dreg"), InlineData("iwae-stl"), InlineData("elbo-stl")]
    public void A_prior_that_asks_the_encoder_keeps_its_gradient(string name)
    {
        using var scope = NewDisposeScope();
        (BoundSpec estimator, BoundSpec plain) = name switch
        {
            "iwae-dreg" => ((BoundSpec)new DregIwaeSpec { Samples = 5 }, (BoundSpec)new IwaeSpec { Samples = 5 }),
            "iwae-stl" => (new StickingIwaeSpec { Samples = 5 }, new IwaeSpec { Samples = 5 }),
            "renyi-dreg" => (new DregRenyiSpec { Alpha = 0.3, Samples = 5 }, new RenyiSpec { Alpha = 0.3, Samples = 5 }),
            _ => (new StickingElboSpec { Samples = 5 }, new CiwaeSpec { Beta = 1, Samples = 5 }),
        };
        // What the encoder gets through the prior: the gradient with it less the gradient without it.
        var (found, expected) = (Through(estimator), Through(plain));
        Assert.Contains(found.Keys, key => key.StartsWith("encoder", StringComparison.Ordinal));
        foreach (var (key, gradient) in expected)
            Check.Close(gradient, found[key], 1e-3, 1e-4 + 1e-4 * gradient.abs().max().item<float>());
        Assert.True(expected["posterior.mean.weight"].abs().max().item<float>() > 1e-2, "the test says nothing");

        static Dictionary<string, Tensor> Through(BoundSpec bound)
        {
            var (asked, apart) = (Gradients(bound, false), Gradients(bound, true));
            return asked.ToDictionary(pair => pair.Key, pair => pair.Value - apart[pair.Key]);
        }

        static IReadOnlyDictionary<string, Tensor> Gradients(BoundSpec bound, bool apart)
        {
            var prior = new PseudoInputSpec { Apart = apart };
            var model = new Vae(Examples.Images(), new LatentSpace(3), Vae.Network, Vae.Posterior, prior, Vae.Likelihood, Vae.Condition,
                Vae.Corruption);
            model.Initialise(new SeededNoise(7));
            return Pass.Of(model, bound.Build(), Examples.Batch(), new SeededNoise(8)).Gradients;
        }
    }

    /// <summary>VampPrior with one pseudo-input: p(z) = q(z|u), with or without a gradient for the encoder.</summary>
    private sealed record PseudoInputSpec : VaeSharp.Priors.PriorSpec
    {
        public bool Apart { get; init; }

        public override VaeSharp.Priors.Prior Build(LatentSpace latent, DataSpec data) => new PseudoInput(Apart);
    }

    private sealed class PseudoInput : VaeSharp.Priors.Prior
    {
        private readonly bool apart;

        public PseudoInput(bool apart) : base(nameof(PseudoInput))
        {
            this.apart = apart;
            RegisterComponents();
        }

        public override Distribution For(VaeSharp.Priors.EncodeAt encode, Tensor? labels, Device device)
        {
            var q = encode(full([1, 1, 8, 8], 0.4f), null);
            return apart ? q.Detached() : q;
        }
    }
}

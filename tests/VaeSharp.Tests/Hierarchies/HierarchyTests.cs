using VaeSharp.Data;
using VaeSharp.Distributions;
using VaeSharp.Hierarchies;
using VaeSharp.Likelihoods;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Priors;
using VaeSharp.Tests.Data;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Hierarchies;

/// <summary>Latent variables above each other: their posteriors, their share of the bound, and draws from the top.</summary>
public sealed class HierarchyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<int> Epochs => [.. Slow.Cases([3], 11)];

    public static TheoryData<string> Kinds => ["ladder", "two-level"];

    private static VaeSpec Spec(string kind) => new()
    {
        Latent = 3,
        Network = new MlpSpec { Hidden = [16], Activation = Activation.Tanh },
        Hierarchy = kind == "ladder"
            ? new LadderSpec { Above = [3, 2], Hidden = [8], Layers = 1, Normalise = false }
            : new TwoLevelSpec { Upper = 2, Width = 8 },
    };

    /// <summary>
    /// In a linear model with normal noise the ladder's posterior is exact, so that every draw's weight p(x, z)/q(z|x) is p(x): an error in
    /// any variance, mean, level or term of the weights shows up without any spread.
    /// </summary>
    [Fact]
    public void A_linear_ladder_with_the_exact_messages_has_the_evidence_as_every_weight()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var ladder = new LinearLadder();
        var x = LinearLadder.Examples(7, noise);
        var trace = ladder.Model.Infer(new Batch(x), 4, new Progress(noise));
        Assert.Equal(3, trace.Latents.Count);
        var evidence = LinearLadder.LogEvidence(x);
        Check.Close(evidence.unsqueeze(0).expand(4, 7), trace.LogWeight, 1e-5, 1e-3);
        var estimate = LogLikelihood.Of(ladder.Model, new Batch(x), samples: 5, chunk: 2, noise);
        Check.Close(evidence, tensor(estimate.Values), 1e-5, 1e-3);
    }

    /// <summary>With another posterior the weights spread, and their mean is p(x) all the same; the bound is below.</summary>
    [Fact]
    public void Importance_weights_of_all_levels_together_are_unbiased()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var ladder = new LinearLadder(shift: 0.3);
        var x = LinearLadder.Examples(1, noise);
        var trace = ladder.Model.Infer(new Batch(x), 100_000, new Progress(noise));
        Statistics.AssertUnbiased(trace.LogWeight.to_type(float64) - LinearLadder.LogEvidence(x), below: 0.05);
    }

    /// <summary>KL of a level, given the draws above, is the mean of its log ratio over its own draws.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void Each_level_s_divergence_is_the_mean_of_its_log_ratio(string kind)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var model = Spec(kind).Build(Examples.Images(), noise);
        Change(model, 0.5);
        var trace = model.Infer(Examples.Batch(count: 1), 50_000, new Progress(noise));
        foreach (var latent in trace.Latents)
        {
            Assert.True(latent.Divergence.mean().item<float>() > 0.01, "the test says nothing");
            Statistics.AssertMean(0, latent.LogRatio - latent.Divergence, rounding: 1e-4);
        }
    }

    /// <summary>
    /// p(x) = ∫∫ p(x|z₁, z₂) p(z₁|z₂) p(z₂) dz₁ dz₂ on a grid, with the networks between the variables written out here: importance weights
    /// have it as their mean.
    /// </summary>
    [Fact]
    public void Two_levels_have_the_evidence_that_a_grid_finds()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var model = new VaeSpec
        {
            Latent = 1,
            Network = new MlpSpec { Hidden = [8], Activation = Activation.Tanh },
            Likelihood = new GaussianLikelihoodSpec { Sigma = 0.6, Mean = MeanLink.Identity },
            Hierarchy = new TwoLevelSpec { Upper = 1, Width = 4 },
        }.Build(new DataSpec(3) { Low = double.NegativeInfinity, High = double.PositiveInfinity }, noise);
        var x = tensor(new[] { 0.5f, -0.8f, 1.1f }).view(1, 3);

        const double extent = 8, step = 0.04;
        var places = arange(-extent, extent + step / 2, step, dtype: float32);                   // [G]
        var side = places.size(0);
        var (mean, logVar) = Lower(model, places.unsqueeze(-1));                                 // of z₁ given z₂  [G, 1]
        var z = stack([places.expand(side, side), places.unsqueeze(-1).expand(side, side)], dim: -1);   // (z₁, z₂)  [G, G, 2]
        var logPx = model.Decode(z).LogProb(x);
        var logP1 = -0.5 * ((places - mean).square() / logVar.exp() + logVar + Math.Log(2 * Math.PI));
        var logP2 = -0.5 * (places.square() + Math.Log(2 * Math.PI)).unsqueeze(-1);
        var evidence = (logPx + logP1 + logP2).to_type(float64).flatten().logsumexp(0).item<double>() + 2 * Math.Log(step);

        var weights = model.Infer(new Batch(x), 200_000, new Progress(noise)).LogWeight.to_type(float64) - evidence;
        Statistics.AssertMean(1, weights.exp(), rounding: 1e-4);
    }

    [Theory, InlineData("ladder", 3), InlineData("two-level", 2)]
    public void The_log_has_a_divergence_for_each_level_and_the_bound_their_sum(string kind, int levels)
    {
        using var scope = NewDisposeScope();
        var pass = Pass.Of(Spec(kind));
        var kls = Enumerable.Range(1, levels).Select(level => pass.Losses.Term($"kl-{level}")).ToList();
        Assert.DoesNotContain(pass.Losses.Terms, term => term.Name == $"kl-{levels + 1}");
        Check.Close(pass.Losses.Term("kl"), kls.Sum());
        Check.Close(pass.Losses.Term("reconstruction") + kls.Sum(), pass.Loss);

        var weighted = Pass.Of(Spec(kind) with { Objective = new ElboSpec { Rate = new LevelRate { Weights = [2, 0.5], Beta = 3 } } });
        Check.Close(pass.Losses.Term("reconstruction") + 3 * (2 * kls[0] + 0.5 * kls.Skip(1).Sum()), weighted.Loss);
        Pass.Of(Spec(kind) with { Objective = new ElboSpec { Rate = new LevelRate() } }).AssertSameAs(pass);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Free_nats_are_granted_to_each_level(string kind)
    {
        using var scope = NewDisposeScope();
        var pass = Pass.Of(Spec(kind) with { Objective = new ElboSpec { Rate = new FreeBitsRate { Lambda = 20, Per = Granted.Term } } });
        var levels = pass.Losses.Terms.Count(term => term.Name.StartsWith("kl-", StringComparison.Ordinal));
        Check.Close(pass.Losses.Term("reconstruction") + 20 * levels, pass.Loss);
    }

    [Fact]
    public void A_ladder_of_one_variable_is_the_model_without_a_hierarchy()
    {
        using var scope = NewDisposeScope();
        var plain = Spec("ladder") with { Hierarchy = new NoHierarchySpec() };
        Pass.Of(plain with { Hierarchy = new LadderSpec { Above = [] } }).AssertSameAs(Pass.Of(plain), 0, 0);
    }

    /// <summary>
    /// Upper levels from which nothing leads down are cut: p(z₁|z₂) = N(0, I) whatever z₂ is. What is left is the variational autoencoder
    /// whose posterior is what the encoder says times N(0, I), with the same draws, and the upper variables cost what they cost.
    /// </summary>
    [Fact]
    public void With_the_upper_levels_cut_it_is_the_variational_autoencoder()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(6);
        var spec = Spec("ladder");
        var ladder = spec.Build(Examples.Images(), noise);
        var plain = (spec with { Hierarchy = new NoHierarchySpec() }).Build(Examples.Images(), noise);
        foreach (var name in new[] { "mean.weight", "mean.bias", "logVar.weight", "logVar.bias" })
            ladder.Set($"hierarchy.generation.0.{name}", zeros(1));
        foreach (var (name, _) in plain.named_parameters().Where(p => !p.name.StartsWith("posterior.", StringComparison.Ordinal)))
            plain.Set(name, ladder.Weight(name));
        foreach (var name in new[] { "mean.weight", "mean.bias", "logVar.weight", "logVar.bias" })
            plain.Set($"posterior.{name}", ladder.Weight($"hierarchy.recognition.messages.0.{name}"));

        var (batch, epsilon) = (Examples.Batch(), noise.Normal([2, 16, 3], CPU));
        var upper = new[] { noise.Normal([2, 16, 2], CPU), noise.Normal([1, 2, 16, 3], CPU), epsilon.unsqueeze(0) };
        var trace = ladder.Infer(batch, 2, new Progress(new ReplayedNoise(upper)));
        var message = (Normal)plain.Encode(batch, new Progress(noise));
        var precision = (-message.LogVar).exp() + 1;
        var (mean, logVar) = (message.Mean * (-message.LogVar).exp() / precision, -precision.log());
        var z = mean + (0.5 * logVar).exp() * epsilon;
        Check.Close(z, trace.Latents[0].Draw.Z, 1e-4, 1e-5);
        Check.Close(0.5 * (mean.square() + logVar.exp() - logVar - 1).sum(dim: -1L).expand(2, 16), trace.Latents[0].Divergence, 1e-4, 1e-4);
        Check.Close(plain.Decode(z).LogProb(batch.X), trace.LogLikelihood, 1e-4, 1e-3);
    }

    /// <summary>Draws begin at the top: moments of all levels, and of a lower with a higher one, are those of the linear model.</summary>
    [Fact]
    public void Codes_are_drawn_from_the_top_down()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(7);
        var z = new LinearLadder().Model.DrawCodes(200_000, null, new Progress(noise)).to_type(float64);
        Assert.Equal([200_000, 5], z.shape);
        var (a, b, c, e) = (LinearLadder.A, LinearLadder.B, LinearLadder.C, LinearLadder.E);
        var (s, t) = (LinearLadder.S, LinearLadder.T);
        for (var j = 0; j < 2; j++)
        {
            var (first, second, third) = (z.select(1, j), z.select(1, 2 + j), z.select(1, 4));
            var variance = b[j] * b[j] + t[j] * t[j];
            Statistics.AssertMean(c[j] + a[j] * e[j], first);
            Statistics.AssertMean(e[j], second);
            Statistics.AssertMean(1, third.square());
            Statistics.AssertMean(variance, (second - e[j]).square());
            Statistics.AssertMean(a[j] * a[j] * variance + s[j] * s[j], (first - c[j] - a[j] * e[j]).square());
            Statistics.AssertMean(a[j] * b[j], (first - c[j] - a[j] * e[j]) * third);
        }
    }

    /// <summary>
    /// q(z|x) of a code is one density: of the pass's draws it is the sum of the levels', and its mean follows the path of means.
    /// </summary>
    [Theory, MemberData(nameof(Kinds))]
    public void The_code_s_distribution_is_that_of_the_levels_together(string kind)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(8);
        var model = Spec(kind).Build(Examples.Images(), noise);
        var batch = Examples.Batch(count: 5);
        var trace = model.Infer(batch, 3, new Progress(noise));
        var q = model.Encode(batch, new Progress(noise));
        Check.Close(cat([.. trace.Latents.Select(latent => latent.Draw.Z)], dim: -1), trace.Codes, 0, 0);
        var logQ = trace.Latents.Select(latent => latent.Draw.LogQ!).Aggregate((sum, term) => sum + term);
        Check.Close(logQ, q.LogProb(trace.Codes), 1e-4, 1e-4);
        using var other = new SeededNoise(9);
        var draw = q.Rsample(4, other);
        Check.Close(q.LogProb(draw.Z), draw.LogQ!, 1e-4, 1e-4);
        Check.Close(q.Mean.expand(2, 5, -1), q.Sample(2, noise, temperature: 0), 1e-6, 1e-6);
    }

    /// <summary>The posterior and the prior are the topmost variable's: any that have densities will do, with pseudo-inputs too.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void A_vamp_prior_stands_above_the_topmost_variable(string kind)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(10);
        var model = (Spec(kind) with { Prior = new VampPriorSpec { PseudoInputs = 3 } }).Build(Examples.Images(), noise);
        var top = model.Infer(Examples.Batch(), 1, new Progress(noise)).Latents[^1];
        var inputs = new Batch(model.Weight("prior.inputs").clamp(0, 1));
        var topmost = model.Infer(inputs, 1, new Progress(noise)).Latents[^1].Posterior;
        Check.Close(topmost.Mean, ((Mixture)top.Prior).Components.Mean);
        Assert.Equal(top.Draw.Z.size(-1), topmost.Mean.size(-1));
    }

    /// <summary>The product of two normal densities is their joint one, up to a factor; extreme variances give numbers.</summary>
    [Fact]
    public void Joined_normal_distributions_are_their_product()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(11);
        Tensor Numbers(double scale) => scale * noise.Normal([5, 3], CPU).to_type(float64);
        var (one, other) = (new Normal(Numbers(1), Numbers(1.5)), new Normal(Numbers(1), Numbers(1.5)));
        var joined = LadderHierarchy.Joined(one, other);
        var z = Numbers(2).unsqueeze(0) * arange(1, 5, dtype: float64).view(4, 1, 1);
        var rest = joined.LogProbByUnit(z) - one.LogProbByUnit(z) - other.LogProbByUnit(z);
        Check.Close(rest[0].expand_as(rest), rest, 1e-9, 1e-9);

        var extreme = LadderHierarchy.Joined(new Normal(ones(1), full(1, -30f)), new Normal(-ones(1), full(1, 20f)));
        Check.Close(1, extreme.Mean.item<float>());
        Check.Close(-30, extreme.LogVar.item<float>());
    }

    /// <summary>
    /// Variables that carry nothing are the known failure of hierarchies. At the default depth of three each has half a nat at least on
    /// pictures, once β stands at 1.
    /// </summary>
    [Theory, MemberData(nameof(Epochs))]
    public void Each_variable_of_the_ladder_carries_half_a_nat_on_digits(int epochs)
    {
        var experiment = Experiment.Of("ladder-vae");
        var rate = new LevelRate { Beta = Schedule.Along(ScheduleShape.Linear, 0, 1, epochs - 1, ScheduleUnit.Epochs) };
        experiment = experiment with
        {
            Model = experiment.Model with { Objective = new ElboSpec { Rate = rate } },
            Training = experiment.Training with { Epochs = epochs },
        };
        IReadOnlyDictionary<string, double>? last = null;
        Trainer.Run(experiment, folder["run"], new DigitsSpec().Load(DigitsData.Drawing), null, new TrainingWatch
        {
            Progress = report => last = report.Validation ?? last,
        });
        var carried = Enumerable.Range(1, 3).Select(level => last![$"kl-{level}"]).ToList();
        Assert.True(carried.Min() >= 0.5, string.Join(", ", carried));
        Check.Close(last!["kl"], carried.Sum(), 1e-4);
    }

    public void Dispose() => folder.Dispose();

    // Weights as they are drawn leave upper variables nearly unused; larger ones tell them apart.
    private static void Change(Autoencoder model, double bias)
    {
        using var frozen = no_grad();
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (name.Contains("mean.bias", StringComparison.Ordinal))
                parameter.fill_(bias);
        }
    }

    // Two gated layers and two heads, from z₂ to p(z₁|z₂).
    private static (Tensor Mean, Tensor LogVar) Lower(Autoencoder model, Tensor z)
    {
        for (var i = 0; i < 2; i++)
            z = Layer($"layers.{i}.value", z) * Layer($"layers.{i}.gate", z).sigmoid();
        return (Layer("mean", z), Layer("logVar", z));

        Tensor Layer(string name, Tensor x) => nn.functional.linear(x,
            model.Weight($"hierarchy.generation.{name}.weight"), model.Weight($"hierarchy.generation.{name}.bias"));
    }
}

using VaeSharp.Conditions;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Identities;

/// <summary>
/// Objectives that are each other's special cases, from the same weights and the same noise. Differences are rounding only.
/// </summary>
public sealed class ObjectiveIdentities
{
    private static readonly VaeSpec Vae = new() { Latent = 3, Network = new MlpSpec { Hidden = [16], Activation = Activation.Tanh } };

    private static VaeSpec With(RateSpec rate) => Vae with { Objective = new ElboSpec { Rate = rate } };

    public static TheoryData<string> Rates => [.. SameAsVae.Keys];

    private static readonly Dictionary<string, VaeSpec> SameAsVae = new()
    {
        ["β = 1"] = ModelZoo.Find("beta-vae").Spec with
        {
            Latent = 3,
            Network = Vae.Network,
            Objective = With(new WeightedRate { Beta = 1 }).Objective,
        },
        ["capacity C = 0, γ = 1"] = With(new CapacityRate { Gamma = 1, Capacity = 0 }),
        ["free bits λ = 0 for each unit"] = With(new FreeBitsRate { Lambda = 0, Per = Granted.Unit }),
        ["free bits λ = 0 for the term"] = With(new FreeBitsRate { Lambda = 0, Per = Granted.Term }),
        ["density ratio γ = 0"] = Vae with { Penalties = [new DensityRatioSpec { Gamma = 0, Layers = 2, Width = 16 }] },
    };

    [Theory, MemberData(nameof(Rates))]
    public void A_model_whose_extra_term_vanishes_is_the_variational_autoencoder(string name)
    {
        using var scope = NewDisposeScope();
        Pass.Of(SameAsVae[name]).AssertSameAs(Pass.Of(Vae));
    }

    [Fact]
    public void The_loss_is_affine_in_beta_with_the_divergence_as_its_slope()
    {
        using var scope = NewDisposeScope();
        var (zero, one, four) = (Pass.Of(With(new WeightedRate { Beta = 0 })), Pass.Of(Vae), Pass.Of(With(new WeightedRate { Beta = 4 })));
        var divergence = Term(one, "kl");
        Assert.True(divergence > 0.05);                                                          // else the test would say nothing
        Check.Close(zero.Loss + divergence, one.Loss);
        Check.Close(one.Loss + 3 * divergence, four.Loss);
        foreach (var (gradient, name) in zero.Gradients
            .Where(gradient => !gradient.Key.StartsWith("posterior.logVar")).Select(g => (g.Value, g.Key)))
            Check.Close(4 * (one.Gradients[name] - gradient), four.Gradients[name] - gradient, 1e-3, 1e-3);
    }

    [Fact]
    public void Capacity_beyond_the_divergence_pulls_the_divergence_up()
    {
        using var scope = NewDisposeScope();
        var rate = new CapacityRate { Gamma = 5, Capacity = 30 };
        var (plain, led) = (Pass.Of(With(new WeightedRate { Beta = 0 })), Pass.Of(With(rate)));
        Check.Close(plain.Loss + 5 * (30 - Term(led, "kl")), led.Loss);
        Pass.Of(With(rate)).AssertSameAs(Pass.Of(With(new WeightedRate { Beta = -5 })), offset: 150, relative: 1e-4);
    }

    /// <summary>
    /// The distance is that of the minibatch's mean: a capacity of just that mean costs nothing, though single examples are off.
    /// </summary>
    [Fact]
    public void A_capacity_that_the_mean_divergence_fills_costs_nothing()
    {
        using var scope = NewDisposeScope();
        var (plain, divergence) = (Pass.Of(With(new WeightedRate { Beta = 0 })), Term(Pass.Of(Vae), "kl"));
        Check.Close(plain.Loss, Pass.Of(With(new CapacityRate { Gamma = 100, Capacity = divergence })).Loss);
    }

    /// <summary>
    /// Free bits are granted to a unit's mean over the minibatch (Kingma et al. 2016, eq. 15), not to each example: the mean of maxima is
    /// larger.
    /// </summary>
    [Fact]
    public void Free_bits_that_the_mean_divergence_of_the_units_fills_cost_nothing()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var trace = Vae.Build(Examples.Images(), noise).Infer(Examples.Batch(), 1, new Progress(noise));
        var least = trace.Latents[0].DivergenceByUnit!.mean([0L, 1L]).min().item<float>();
        Pass.Of(With(new FreeBitsRate { Lambda = least * 0.999 })).AssertSameAs(Pass.Of(Vae));
    }

    /// <summary>Below λ the divergence costs λ and pulls at nothing: what is left is the gradient of the reconstruction.</summary>
    [Theory, InlineData(Granted.Unit, 3), InlineData(Granted.Term, 1)]
    public void Divergence_below_its_free_amount_costs_that_amount_and_has_no_gradient(Granted per, int amounts)
    {
        using var scope = NewDisposeScope();
        Pass.Of(With(new FreeBitsRate { Lambda = 50, Per = per }))
            .AssertSameAs(Pass.Of(With(new WeightedRate { Beta = 0 })), offset: 50 * amounts);
    }

    /// <summary>Σ max(λ, KLⱼ) ≥ max(λ', KL) ≥ KL: free bits never lower the loss.</summary>
    [Fact]
    public void Free_bits_only_add_to_the_loss()
    {
        using var scope = NewDisposeScope();
        var losses = new[] { 0, 0.05, 0.1, 0.3, 1, 3 }.Select(lambda => Pass.Of(With(new FreeBitsRate { Lambda = lambda })).Loss).ToList();
        Assert.Equal(losses.Order(), losses);
        Assert.True(losses[^1] > losses[0] + 1);
    }

    /// <summary>With the same draws, the loss of S samples is the average of S losses of one, and so is its gradient.</summary>
    [Fact]
    public void The_bound_with_several_samples_is_the_average_of_bounds_with_one()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var batch = Examples.Batch();
        var model = Vae.Build(Examples.Images(), noise);
        var epsilon = noise.Normal([4, 16, 3], CPU);
        var together = Pass.Of(model, new Elbo(new ElboSpec { Samples = 4 }), batch, new ReplayedNoise(epsilon));
        var single = Enumerable.Range(0, 4)
            .Select(s => Pass.Of(model, new Elbo(new ElboSpec()), batch, new ReplayedNoise(epsilon[s].unsqueeze(0)))).ToList();
        Check.Close(single.Average(pass => pass.Loss), together.Loss);
        foreach (var (name, gradient) in together.Gradients)
            Check.Close(single.Select(pass => pass.Gradients[name]).Aggregate((a, b) => a + b) / 4, gradient, 1e-4, 1e-5);
    }

    /// <summary>A loss is per example: that of a batch is the average of its halves', and the order of examples is nothing to it.</summary>
    [Fact]
    public void The_loss_of_a_batch_is_the_average_over_its_examples()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var (batch, spec) = (Examples.Batch(), Vae with { Condition = new LabelConditionSpec() });
        var model = spec.Build(Examples.Images(), noise);
        var epsilon = noise.Normal([1, 16, 3], CPU);
        var whole = Of(batch.X, batch.Labels!, epsilon).Loss;
        var halves = new[] { 0L, 8L }
            .Select(at => Of(batch.X.narrow(0, at, 8), batch.Labels!.narrow(0, at, 8), epsilon.narrow(1, at, 8)).Loss);
        Check.Close(whole, halves.Average());
        var order = noise.Permutation(16, CPU);
        Check.Close(whole, Of(batch.X.index_select(0, order), batch.Labels!.index_select(0, order), epsilon.index_select(1, order)).Loss);

        Pass Of(Tensor x, Tensor labels, Tensor draws) =>
            Pass.Of(model, new Elbo(new ElboSpec()), new Batch(x, labels), new ReplayedNoise(draws));
    }

    /// <summary>The bounds of Zoo and paper, written out from nothing but the numbers of a pass.</summary>
    [Fact]
    public void The_evidence_lower_bound_is_reconstruction_less_divergence()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var batch = Examples.Batch();
        var model = Vae.Build(Examples.Images(), noise);
        var trace = model.Infer(batch, 1, new Progress(new SeededNoise(4)) { Training = true });
        var q = (VaeSharp.Distributions.Normal)trace.Latents[0].Posterior;
        var y = trace.Likelihood.Mean.to_type(float64)[0];
        var crossEntropy = -(batch.X * y.log() + (1 - batch.X) * (1 - y).log()).flatten(1).sum(dim: 1L);
        var divergence = -0.5 * (1 + q.LogVar - q.Mean.square() - q.LogVar.exp()).sum(dim: 1L);
        var loss = new Elbo(new ElboSpec()).Compute(model, trace, new Progress(noise) { Training = true }).ByPlayer.Single().Loss;
        Check.Close((crossEntropy + divergence).mean().item<double>(), loss.item<float>());
    }

    /// <summary>A label that is always the same tells nothing: its column of weights is a bias.</summary>
    [Fact]
    public void A_constant_label_is_a_bias()
    {
        using var scope = NewDisposeScope();
        const int label = 2;
        var x = Examples.Batch().X;
        var told = Pass.Of(Vae with { Condition = new LabelConditionSpec() }, batch: new Batch(x, full(16, label, dtype: int64)),
            change: model => Halve(model, (int)x.shape[1..].Aggregate(1L, (a, b) => a * b)));
        var plain = Pass.Of(Vae, batch: new Batch(x), change: plain =>
        {
            using var frozen = no_grad();
            using var noise = new SeededNoise(1);
            var conditional = (Vae with { Condition = new LabelConditionSpec() }).Build(Examples.Images(), noise);
            Halve(conditional, 64);
            var from = conditional.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
            foreach (var (name, parameter) in plain.named_parameters())
            {
                var columns = parameter.dim() == 2 ? parameter.size(1) : 0;
                parameter.copy_(columns > 0 ? from[name].narrow(1, 0, columns) : from[name]);
            }
            foreach (var layer in new[] { "encoder.layers.0", "decoder.layers.0" })
            {
                var (weight, bias) = (from[$"{layer}.weight"], plain.named_parameters().Single(p => p.name == $"{layer}.bias").parameter);
                bias.add_(weight.select(1, weight.size(1) - 3 + label));
            }
        });
        Check.Close(plain.Loss, told.Loss);
        foreach (var name in plain.Gradients.Keys.Where(name => name.EndsWith("bias", StringComparison.Ordinal)))
            Check.Close(plain.Gradients[name], told.Gradients[name], 1e-4, 1e-5);

        // Weights of the label that are not small, so that it matters.
        static void Halve(VaeSharp.Models.Autoencoder model, int size)
        {
            using var frozen = no_grad();
            foreach (var (name, parameter) in model.named_parameters()
                .Where(p => p.name is "encoder.layers.0.weight" or "decoder.layers.0.weight"))
                parameter.narrow(1, name[0] == 'e' ? size : 3, 3).mul_(3);
        }
    }

    private static double Term(Pass pass, string name) => pass.Losses.Terms.Single(term => term.Name == name).Value.item<float>();
}

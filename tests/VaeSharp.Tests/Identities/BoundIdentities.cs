using VaeSharp.Likelihoods;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;
using VaeSharp.Specs;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Identities;

/// <summary>Bounds that are each other's special cases: the same losses and the same gradients from the same weights and noise.</summary>
public sealed class BoundIdentities
{
    private static readonly VaeSpec Vae = new() { Latent = 3, Network = new MlpSpec { Hidden = [16], Activation = Activation.Tanh } };

    private static readonly Dictionary<string, (BoundSpec One, BoundSpec Other)> Same = new()
    {
        ["MIWAE(1, K) = IWAE(K)"] = (new MiwaeSpec { Groups = 1, Samples = 6 }, new IwaeSpec { Samples = 6 }),
        ["MIWAE(M, 1) = CIWAE(1) of M draws"] = (new MiwaeSpec { Groups = 6, Samples = 1 }, new CiwaeSpec { Beta = 1, Samples = 6 }),
        ["CIWAE(0) = IWAE"] = (new CiwaeSpec { Beta = 0, Samples = 6 }, new IwaeSpec { Samples = 6 }),
        ["CIWAE(β) of one draw = IWAE(1)"] = (new CiwaeSpec { Beta = 0.3, Samples = 1 }, new IwaeSpec { Samples = 1 }),
        ["PIWAE(1, K) = IWAE(K)"] = (new PiwaeSpec { Groups = 1, Samples = 6 }, new IwaeSpec { Samples = 6 }),
        ["Rényi(0) = IWAE"] = (new RenyiSpec { Alpha = 0, Samples = 6 }, new IwaeSpec { Samples = 6 }),
        ["Rényi(1) = CIWAE(1)"] = (new RenyiSpec { Alpha = 1, Samples = 6 }, new CiwaeSpec { Beta = 1, Samples = 6 }),
        ["Rényi(α) of one draw = IWAE(1)"] = (new RenyiSpec { Alpha = 0.4, Samples = 1 }, new IwaeSpec { Samples = 1 }),
        ["Rényi(−∞) of one draw = IWAE(1)"] = (new VrMaxSpec { Samples = 1 }, new IwaeSpec { Samples = 1 }),
        ["Rényi(−10⁵) = Rényi(−∞)"] = (new RenyiSpec { Alpha = -1e5, Samples = 6 }, new VrMaxSpec { Samples = 6 }),
        ["IWAE-STL of one draw = ELBO-STL"] = (new StickingIwaeSpec { Samples = 1 }, new StickingElboSpec()),
        ["IWAE-DReG of one draw = ELBO-STL"] = (new DregIwaeSpec { Samples = 1 }, new StickingElboSpec()),
        ["Rényi-DReG(0) = IWAE-DReG"] = (new DregRenyiSpec { Alpha = 0, Samples = 6 }, new DregIwaeSpec { Samples = 6 }),
        ["Rényi-DReG(1) = ELBO-STL"] = (new DregRenyiSpec { Alpha = 1, Samples = 6 }, new StickingElboSpec { Samples = 6 }),
    };

    public static TheoryData<string> Names => [.. Same.Keys];

    [Theory, MemberData(nameof(Names))]
    public void The_two_are_the_same(string name)
    {
        using var scope = NewDisposeScope();
        Pass.Of(Vae with { Objective = Same[name].One }).AssertSameAs(Pass.Of(Vae with { Objective = Same[name].Other }), 1e-4, 1e-5);
    }

    /// <summary>With M = 1, K = 1 the two players of the partial bound have one loss: the mean log weight.</summary>
    [Fact]
    public void A_partial_bound_of_one_group_is_the_same_for_both_players()
    {
        using var scope = NewDisposeScope();
        var losses = Pass.Of(Vae with { Objective = new PiwaeSpec { Groups = 1, Samples = 5 } }).Losses.ByPlayer;
        Check.Close(losses[0].Loss, losses[1].Loss);
    }

    /// <summary>
    /// The estimators differ from their bound in the encoder's gradient alone: value, terms and the decoder's gradient are the same
    /// numbers.
    /// </summary>
    [Theory, InlineData("elbo-stl"), InlineData("iwae-stl"), InlineData("iwae-dreg"), InlineData("renyi-dreg")]
    public void An_estimator_changes_the_encoders_gradient_alone(string name)
    {
        using var scope = NewDisposeScope();
        var (estimator, bound) = name switch
        {
            "elbo-stl" => ((BoundSpec)new StickingElboSpec { Samples = 6 }, (BoundSpec)new CiwaeSpec { Beta = 1, Samples = 6 }),
            "iwae-stl" => (new StickingIwaeSpec { Samples = 6 }, new IwaeSpec { Samples = 6 }),
            "renyi-dreg" => (new DregRenyiSpec { Samples = 6 }, new RenyiSpec { Samples = 6 }),
            _ => (new DregIwaeSpec { Samples = 6 }, new IwaeSpec { Samples = 6 }),
        };
        var (found, plain) = (Pass.Of(Vae with { Objective = estimator }), Pass.Of(Vae with { Objective = bound }));
        Check.Close(plain.Loss, found.Loss);
        Assert.Equal(plain.Losses.Terms.Select(term => term.Name), found.Losses.Terms.Select(term => term.Name));
        Assert.All(plain.Losses.Terms.Zip(found.Losses.Terms), pair => Check.Close(pair.First.Value, pair.Second.Value));
        foreach (var (parameter, gradient) in plain.Gradients)
        {
            var difference = (found.Gradients[parameter] - gradient).abs().max().item<float>() / gradient.abs().max().item<float>();
            var decodes = parameter.StartsWith("decoder", StringComparison.Ordinal);
            Assert.True(decodes ? difference < 1e-4 : difference > 1e-2, $"{parameter}: {difference}");
        }
    }

    public static TheoryData<string> Penalties => [.. Catalogue.Of(typeof(PenaltySpec)).Select(part => part.Name)];

    /// <summary>
    /// The gate scales what the bound sends to the codes, and nothing else: whatever penalty is beside it moves every weight as it does
    /// beside the plain bound, whether it is on codes or on what is decoded.
    /// </summary>
    [Theory, MemberData(nameof(Penalties))]
    public void A_penalty_passes_no_gate(string name)
    {
        using var scope = NewDisposeScope();
        var penalty = (PenaltySpec)Catalogue.Of(typeof(PenaltySpec)).Single(part => part.Name == name).Default;
        var (found, expected) = (Share(new DregIwaeSpec { Samples = 4 }), Share(new IwaeSpec { Samples = 4 }));
        foreach (var (parameter, gradient) in expected)
            Check.Close(gradient, found[parameter], 1e-3, 1e-3 * expected.Values.Max(Largest));
        Assert.True(expected.Values.Max(Largest) > 0);

        Dictionary<string, Tensor> Share(BoundSpec bound)
        {
            var examples = Examples.Batch();
            using var noise = new SeededNoise(1);
            var spec = Examples.Shrink(Vae with { Penalties = [penalty] });
            var model = spec.Build(Examples.Images(), noise);
            var beside = spec.Penalties[0].Build(model.Latent);
            beside.Initialise(noise);
            var progress = new Progress(new SeededNoise(2)) { Training = true, Step = 500, TotalSteps = 1000, TrainingSetSize = 1000 };
            var objective = bound.Build();
            var trace = model.Infer(examples, objective.Samples, progress);
            objective.Compute(model, trace, progress);
            var loss = beside.Compute(model, trace, progress).ByPlayer.Single(loss => loss.Player == Player.Model).Loss;
            var parameters = model.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
            loss.backward(null!, false, false, [.. parameters.Values]);
            return parameters.Where(p => p.Value.grad is not null).ToDictionary(p => p.Key, p => p.Value.grad!);
        }

        static double Largest(Tensor gradient) => gradient.abs().max().item<float>();
    }

    public static TheoryData<string> Posteriors => [..
        from part in Catalogue.Of(typeof(PosteriorSpec))
        where ((PosteriorSpec)part.Default).Gives.HasFlag(Traits.DensityAnywhere | Traits.Reparameterised)
        select part.Name];

    /// <summary>
    /// Whatever posterior says that its density can be evaluated anywhere can be detached: the same weights, and no gradient but along
    /// the draws.
    /// </summary>
    [Theory, MemberData(nameof(Posteriors))]
    public void A_posterior_with_a_density_anywhere_can_be_detached(string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var posterior = (PosteriorSpec)Catalogue.Of(typeof(PosteriorSpec)).Single(part => part.Name == name).Default;
        var bound = new StickingIwaeSpec { Samples = 3 };
        var spec = ModelZoo.Rows.Select(row => Examples.Shrink(row.Spec with { Posterior = posterior, Objective = bound }))
            .First(spec => !Compatibility.Violations(spec, Examples.Images()).Any());
        var model = spec.Build(Examples.Images(), noise);
        var trace = model.Infer(Examples.Batch(), 3, new Progress(noise) { Training = true });
        Check.Close(trace.LogWeight, trace.AlongDraws().LogWeight, 1e-4, 1e-3);
        Assert.False(trace.Latents[0].Posterior.Detached().LogProb(trace.Latents[0].Draw.Z.detach()).requires_grad);
        Assert.True(trace.Latents[0].Posterior.LogProb(trace.Latents[0].Draw.Z.detach()).requires_grad);
    }

    /// <summary>The gate stands between draws and decoder; what was decoded before has passed without it.</summary>
    [Fact]
    public void A_gate_is_asked_for_before_the_draws_are_decoded()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var model = Vae.Build(Examples.Images(), noise);
        var progress = new Progress(noise) { Training = true };
        var trace = model.Infer(Examples.Batch(), 2, progress);
        _ = trace.Likelihood;
        Assert.Throws<InvalidOperationException>(() => new DregIwaeSpec { Samples = 2 }.Build().Compute(model, trace, progress));
        var term = trace.Latents[0];
        Assert.Throws<NotSupportedException>(() => new Trace(trace.Batch, [term, term], _ => trace.Likelihood).AlongDraws());
    }

    /// <summary>Weights that underflow, at exp(−100 000), still have bounds and gradients that are numbers.</summary>
    [Theory, InlineData("miwae"), InlineData("piwae"), InlineData("ciwae"), InlineData("renyi-vae"), InlineData("vr-max")]
    [InlineData("iwae-stl"), InlineData("iwae-dreg"), InlineData("renyi-dreg")]
    public void Weights_that_underflow_still_have_a_bound(string row)
    {
        using var scope = NewDisposeScope();
        var sharp = new GaussianLikelihoodSpec { Sigma = 1e-3 };
        var pass = Pass.Of(Vae with { Likelihood = sharp, Objective = ModelZoo.Find(row).Spec.Objective });
        Assert.True(pass.Loss > 1e5 && double.IsFinite(pass.Loss));
        Assert.All(pass.Gradients.Values, gradient => Assert.True(Check.IsFinite(gradient)));
        Assert.True(pass.Gradients.Values.Max(gradient => gradient.abs().max().item<float>()) > 0);
    }
}

using VaeSharp.Conditions;
using VaeSharp.Distributions;
using VaeSharp.Interop;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;
using VaeSharp.Priors;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Priors;

/// <summary>Priors that are learned with the weights.</summary>
public sealed class PriorTests
{
    private static readonly VaeSpec Vae = new() { Latent = 3, Network = new MlpSpec { Hidden = [16], Activation = Activation.Tanh } };

    public static TheoryData<string> Learned => ["vamp", "mixture", "diagonal"];

    private static PriorSpec Spec(string name) => name switch
    {
        "vamp" => new VampPriorSpec { PseudoInputs = 7 },
        "mixture" => new MixturePriorSpec { Components = 4 },
        _ => new DiagonalPriorSpec(),
    };

    private static Autoencoder Build(PriorSpec prior, long seed = 1, VaeSpec? spec = null)
    {
        using var noise = new SeededNoise(seed);
        return ((spec ?? Vae) with { Prior = prior }).Build(Examples.Images(), noise);
    }

    private static Distribution PriorOf(Autoencoder model) =>
        model.Infer(Examples.Batch(count: 1), 1, new Progress(new SeededNoise(2))).Latents[0].Prior;

    /// <summary>
    /// One component with mean 0 and variance 1, and a learned normal at its start, are the standard normal prior: the same loss. The
    /// learned normal's divergence has the closed form, whose gradients are the same; the mixture's is an estimate with the same log ratio.
    /// </summary>
    [Fact]
    public void One_standard_normal_component_and_a_fresh_learned_normal_are_the_standard_normal()
    {
        using var scope = NewDisposeScope();
        var standard = Pass.Of(Vae);
        var learned = Pass.Of(Vae with { Prior = new DiagonalPriorSpec() });
        var shared = learned.Gradients.Where(gradient => !gradient.Key.StartsWith("prior", StringComparison.Ordinal)).ToDictionary();
        Assert.Equal(learned.Gradients.Count, shared.Count + 2);
        (learned with { Gradients = shared }).AssertSameAs(standard);

        var iwae = Vae with { Objective = new IwaeSpec { Samples = 3 } };
        var mixture = Pass.Of(iwae with { Prior = new MixturePriorSpec { Components = 1, MeanSpread = 0 } }, change: CopyOf(iwae));
        shared = mixture.Gradients.Where(gradient => !gradient.Key.StartsWith("prior", StringComparison.Ordinal)).ToDictionary();
        (mixture with { Gradients = shared }).AssertSameAs(Pass.Of(iwae), 1e-4, 1e-5);

        // The prior's own starting values take numbers from the stream, so the others are copied.
        static Action<Autoencoder> CopyOf(VaeSpec spec) => model =>
        {
            using var noise = new SeededNoise(1);
            foreach (var (name, parameter) in spec.Build(Examples.Images(), noise).named_parameters())
                model.Set(name, parameter);
        };
    }

    [Fact]
    public void A_learned_normal_has_the_density_and_the_divergence_of_its_parameters()
    {
        using var scope = NewDisposeScope();
        var model = Build(new DiagonalPriorSpec());
        var (mean, logVar) = (tensor(new[] { 1f, -2f, 0.5f }), tensor(new[] { 0.3f, -1f, 0.8f }));
        model.Set("prior.mean", mean);
        model.Set("prior.logVar", logVar);
        var term = model.Infer(Examples.Batch(), 20_000, new Progress(new SeededNoise(3))).Latents[0];
        Check.Close(new Normal(mean, logVar).LogProb(term.Draw.Z), term.Prior.LogProb(term.Draw.Z));
        Assert.Equal([1, 16, 3], term.DivergenceByUnit!.shape);
        Statistics.AssertMean(term.Divergence.mean().item<float>(), term.LogRatio.mean([1L]), rounding: 1e-4);
    }

    [Fact]
    public void A_mixture_has_the_density_of_its_parameters()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var model = Build(new MixturePriorSpec { Components = 4 });
        model.Set("prior.logits", noise.Normal([4], CPU));
        model.Set("prior.logVar", noise.Normal([4, 3], CPU));
        var z = 2 * noise.Normal([30, 3], CPU);
        var density = zeros(30, dtype: float64);
        var total = model.Weight("prior.logits").exp().sum();
        for (var k = 0; k < 4; k++)
        {
            var component = new Normal(model.Weight("prior.mean")[k].to_type(float64), model.Weight("prior.logVar")[k].to_type(float64));
            density += (model.Weight("prior.logits")[k].exp() / total).to_type(float64) * component.LogProb(z).exp();
        }
        Check.Close(density.log(), PriorOf(model).LogProb(z), 1e-5, 1e-5);
    }

    /// <summary>The components start apart: were they equal, all would have the same gradient and stay one component for ever.</summary>
    [Fact]
    public void Components_of_a_mixture_start_apart_and_with_gradients_of_their_own()
    {
        using var scope = NewDisposeScope();
        var spec = Vae with { Prior = new MixturePriorSpec { Components = 50, MeanSpread = 2 } };
        var pass = Pass.Of(spec, change: model => Statistics.AssertMean(4, model.Weight("prior.mean").square()));
        var gradients = pass.Gradients["prior.mean"];
        Assert.True((gradients[0] - gradients[1]).abs().max().item<float>() > 1e-6);
        Assert.Contains("prior.logits", pass.Gradients.Keys);
        Assert.Contains("prior.logVar", pass.Gradients.Keys);
    }

    /// <summary>
    /// With the data themselves as pseudo-inputs the prior is the aggregate posterior, (1/N) Σ q(z|xₙ): Tomczak and Welling 2018, eq. 8.
    /// By a sum over examples in double precision, one after the other.
    /// </summary>
    [Theory, InlineData(false), InlineData(true)]
    public void With_the_data_as_pseudo_inputs_the_prior_is_the_aggregate_posterior(bool told)
    {
        using var scope = NewDisposeScope();
        var row = told ? Vae with { Condition = new LabelConditionSpec() } : Vae;
        var model = Build(new VampPriorSpec { PseudoInputs = 10 }, spec: row);
        var batch = Examples.Batch(count: 10);
        model.Set("prior.inputs", batch.X);
        model.Set("posterior.mean.weight", 5 * model.Weight("posterior.mean.weight"));           // examples lie apart
        model.Set("posterior.logVar.bias", full(1, -1.5));
        if (told)
            model.Set("prior.labels", 80 * nn.functional.one_hot(batch.Labels!, 3).to_type(float32));   // softmax: 1 but for e⁻⁸⁰
        var trace = model.Infer(batch, 4, new Progress(new SeededNoise(5)));
        var (term, q) = (trace.Latents[0], (Normal)trace.Latents[0].Posterior);
        var z = term.Draw.Z.to_type(float64);                                                    // [4, 10, 3]
        var aggregate = Enumerable.Range(0, 10)
            .Select(n => new Normal(q.Mean[n].to_type(float64), q.LogVar[n].to_type(float64)).LogProb(z).exp())
            .Aggregate((sum, density) => sum + density) / 10;
        Check.Close(aggregate.log(), term.Prior.LogProb(term.Draw.Z), 1e-5, 1e-4);
        Check.Close(q.Mean.mean([0L]), term.Prior.Mean, 1e-4, 1e-5);
        // Then KL(q ‖ p) is at most log N, the most that a code can tell of which example it is; some of it is told here.
        var information = (term.Draw.LogQ! - aggregate.log()).mean().item<double>();
        Assert.InRange(information, 0.3, Math.Log(10) + 1e-4);
    }

    /// <summary>A posterior with a covariance can be a component as well.</summary>
    [Fact]
    public void Pseudo_inputs_are_encoded_by_a_posterior_with_a_covariance_too()
    {
        using var scope = NewDisposeScope();
        var model = Build(new VampPriorSpec { PseudoInputs = 10 }, spec: Vae with { Posterior = new FullCovariancePosteriorSpec() });
        var batch = Examples.Batch(count: 10);
        model.Set("prior.inputs", batch.X);
        var term = model.Infer(batch, 4, new Progress(new SeededNoise(6))).Latents[0];
        var q = (MultivariateNormal)term.Posterior;
        var examples = Enumerable.Range(0, 10).Select(n => new MultivariateNormal(q.Mean[n], q.ScaleTril[n]));
        var byExample = stack([.. examples.Select(component => component.LogProb(term.Draw.Z))]);
        Check.Close(byExample.to_type(float64).logsumexp(0) - Math.Log(10), term.Prior.LogProb(term.Draw.Z), 1e-5, 1e-4);
    }

    /// <summary>What the encoder is shown lies in the data's range, wherever training has led the parameters.</summary>
    [Theory]
    [InlineData(0.0, 1.0), InlineData(-1.0, 1.0), InlineData(0.0, double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity, double.PositiveInfinity)]
    public void The_encoder_sees_pseudo_inputs_in_the_range_of_the_data(double low, double high)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(7);
        var data = new DataSpec(1, 2, 3) { Low = low, High = high };
        var prior = new VampPriorSpec { PseudoInputs = 40 }.Build(new LatentSpace(2), data);
        var far = 4 * noise.Normal([40, 1, 2, 3], CPU);
        prior.Set("inputs", far);
        var seen = new List<Tensor>();
        prior.For(Encode, null, CPU);
        var x = Assert.Single(seen);                                                             // once in a pass
        Check.Close(far.clamp(low, high), x, 0, 0);
        Assert.True(x.min().item<float>() >= low && x.max().item<float>() <= high);

        Distribution Encode(Tensor x, Tensor? labels)
        {
            Assert.Null(labels);
            seen.Add(x);
            return new Normal(zeros(40, 2), zeros(40, 2));
        }
    }

    /// <summary>Under a condition each pseudo-input has weights of labels, which sum to one; without one there are none.</summary>
    [Fact]
    public void Pseudo_inputs_have_labels_where_labels_are_told()
    {
        using var scope = NewDisposeScope();
        Assert.DoesNotContain(Build(new VampPriorSpec()).named_parameters(), p => p.name == "prior.labels");
        var pass = Pass.Of(Vae with { Prior = new VampPriorSpec { PseudoInputs = 7 }, Condition = new LabelConditionSpec() });
        Assert.True(pass.Gradients["prior.labels"].abs().max().item<float>() > 0);

        var prior = new VampPriorSpec { PseudoInputs = 7 }.Build(new LatentSpace(2), Examples.Images());
        ((IInitialised)prior).Initialise(new SeededNoise(8));
        prior.For((x, labels) =>
        {
            Assert.Equal([7, 3], labels!.shape);
            Check.Close(ones(7), labels.sum(dim: -1L));
            return new Normal(zeros(7, 2), zeros(7, 2));
        }, zeros(5, dtype: int64), CPU);
    }

    /// <summary>A label is a weight of one: the encoder and the decoder read both forms alike, for vectors and for images.</summary>
    [Theory, InlineData("mlp"), InlineData("conv")]
    public void A_class_and_its_weights_are_the_same_label(string network)
    {
        using var scope = NewDisposeScope();
        var spec = Vae with
        {
            Network = network == "mlp" ? Vae.Network : new ConvSpec { Channels = [4], Hidden = 8 },
            Condition = new LabelConditionSpec(),
        };
        var (model, batch) = (Build(new StandardNormalPriorSpec(), spec: spec), Examples.Batch());
        var weights = nn.functional.one_hot(batch.Labels!, 3).to_type(float32);
        var (one, other) = (Infer(batch), Infer(batch with { Labels = weights }));
        Check.Close(one.LogWeight, other.LogWeight, 0, 0);
        Check.Close(one.Latents[0].Posterior.Mean, other.Latents[0].Posterior.Mean, 0, 0);
        var z = one.Latents[0].Draw.Z[0];
        Check.Close(model.Decode(z, batch.Labels).Mean, model.Decode(z, weights).Mean, 0, 0);

        Trace Infer(Batch told) => model.Infer(told, 3, new Progress(new SeededNoise(9)));
    }

    /// <summary>The prior is learned by whoever learns the model; a critic that reads its codes does not move it.</summary>
    [Theory, MemberData(nameof(Learned))]
    public void The_prior_moves_with_the_model_and_not_with_a_critic(string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(10);
        var spec = Vae with { Prior = Spec(name), Penalties = [new DensityRatioSpec { Layers = 1, Width = 8 }] };
        var (model, objective) = (spec.Build(Examples.Images(), noise), spec.BuildObjective(Examples.Images(), noise));
        var prior = model.named_parameters().Where(p => p.name.StartsWith("prior.", StringComparison.Ordinal))
            .Select(p => p.parameter).ToList();
        var players = objective.Players(model);
        var owned = players[0].Owners.SelectMany(owner => owner.parameters()).Select(parameter => parameter.Handle);
        Assert.All(prior, parameter => Assert.Contains(parameter.Handle, owned));
        var progress = new Progress(noise) { Training = true, TrainingSetSize = 16, Others = [Examples.Batch(seed: 11)] };
        var losses = objective.Compute(model, model.Infer(Examples.Batch(), 1, progress), progress)
            .ByPlayer.ToDictionary(loss => loss.Player, loss => loss.Loss);
        losses["critic"].backward(retain_graph: true);
        Assert.All(prior, parameter => Assert.Null(parameter.grad));
        losses[Player.Model].backward();
        Assert.All(prior, parameter => Assert.True(parameter.grad!.abs().max().item<float>() > 0));
        Assert.All(model.Side(Side.Inference).SelectMany(part => part.parameters()), parameter => Assert.NotNull(parameter.grad));
    }

    [Theory, MemberData(nameof(Learned))]
    public void Weights_of_a_prior_are_saved_and_read_back(string name)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var (saved, read) = (Build(Spec(name), seed: 1), Build(Spec(name), seed: 12));
        using (no_grad())
        {
            foreach (var (_, parameter) in saved.named_parameters())
                parameter.add_(0.01);                                                            // what starts at zero differs too
        }
        Assert.Contains(saved.state_dict().Keys, key => key.StartsWith("prior.", StringComparison.Ordinal));
        var z = new SeededNoise(13).Normal([20, 3], CPU);
        Assert.False(PriorOf(saved).LogProb(z).allclose(PriorOf(read).LogProb(z)));
        SafeTensors.Write(folder["weights"], saved.state_dict().Select(tensor => TensorFiles.Store(tensor.Key, tensor.Value)));
        WeightFiles.Load(read, folder["weights"]);
        Check.Close(PriorOf(saved).LogProb(z), PriorOf(read).LogProb(z), 0, 0);
    }

    /// <summary>Temperature moves draws towards the prior's mean, and at 0 onto it.</summary>
    [Theory, MemberData(nameof(Learned))]
    public void Temperature_scales_the_distance_of_draws_from_the_mean(string name)
    {
        using var scope = NewDisposeScope();
        var model = Build(Spec(name));
        var (mean, codes) = (PriorOf(model).Mean, Draw(1));
        Check.Close(mean + 0.5 * (codes - mean), Draw(0.5), 1e-5, 1e-5);
        Check.Close(mean.expand_as(codes), Draw(0), 1e-6, 1e-6);

        Tensor Draw(double temperature) => model.DrawCodes(20, null, new Progress(new SeededNoise(14)), temperature);
    }

    [Fact]
    public void A_prior_of_posteriors_needs_a_density_anywhere()
    {
        var spec = new VaeSpec { Prior = new VampPriorSpec(), Posterior = new PointPosteriorSpec(), Objective = new ReconstructionSpec() };
        Assert.Contains(Compatibility.Violations(spec), violation =>
            violation.Message.StartsWith("prior 'vamp' needs a posterior whose density can be evaluated anywhere ("));
    }
}

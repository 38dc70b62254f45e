using VaeSharp.Networks;
using VaeSharp.Numerics;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Objectives;

/// <summary>Penalties on derivatives of encoder and decoder, against finite differences.</summary>
public sealed class GradientPenaltyTests
{
    // Where a function of single precision is smooth, a central difference of this width is right to about 10⁻⁴ of its size.
    private const float Width = 1e-2f;

    private static VaeSpec Spec(PenaltySpec penalty, int latent = 3, NetworkSpec? network = null) => new()
    {
        Latent = latent,
        Network = network ?? new MlpSpec { Hidden = [16], Activation = Activation.Tanh },
        Posterior = new PointPosteriorSpec(),
        Objective = new ReconstructionSpec(),
        Penalties = [penalty],
    };

    private static PenaltySpec Penalty(string name, double weight = 1, int probes = 1) => name == "decoder"
        ? new DecoderGradientSpec { Weight = weight, Probes = probes }
        : new ContractionSpec { Weight = weight, Probes = probes };

    /// <summary>‖∂D/∂z‖²_F is the sum over units of the squared change of all pixels.</summary>
    [Fact]
    public void The_decoders_norm_is_that_of_finite_differences()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var model = Spec(Penalty("decoder")).Build(Examples.Images(), noise);
        var trace = model.Infer(Examples.Batch(), 1, new Progress(noise) { Training = true });
        _ = trace.Likelihood;                                          // decoded here, it outlives the scopes below
        var z = trace.Latents[0].Draw.Z.detach();
        var expected = 0.0;
        for (var j = 0; j < 3; j++)
        {
            var step = zeros(3);
            step[j] = Width;
            expected += ((model.Decode(z + step).Mean - model.Decode(z - step).Mean) / (2 * Width)).square().sum().item<float>() / 16;
        }
        AssertMean(expected, () => Penalty("decoder").Build(model.Latent).Compute(model, trace, new Progress(noise) { Training = true }));
    }

    [Fact]
    public void The_encoders_norm_is_that_of_finite_differences()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var model = Spec(Penalty("encoder")).Build(Examples.Images(), noise);
        var (batch, progress) = (Examples.Batch(), new Progress(noise) { Training = true });
        var trace = model.Infer(batch, 1, progress);
        var expected = 0.0;
        for (var i = 0; i < 64; i++)
        {
            var step = zeros(64);
            step[i] = Width;
            expected += ((At(step) - At(-step)) / (2 * Width)).square().sum().item<float>() / 16;
        }
        AssertMean(expected, () => Penalty("encoder").Build(model.Latent).Compute(model, trace, progress));

        Tensor At(Tensor step) => model.Encode(new Batch(batch.X + step.view(1, 8, 8)), progress).Mean;
    }

    /// <summary>With one unit there is nothing to estimate: one pass has the norm itself.</summary>
    [Fact]
    public void Of_a_code_of_one_unit_the_encoders_norm_is_exact()
    {
        using var scope = NewDisposeScope();
        var losses = Enumerable.Range(1, 3)
            .Select(probes => Pass.Of(Spec(Penalty("encoder", probes: probes), latent: 1)).Losses.Term("contractive")).ToList();
        Assert.True(losses[0] > 0.01);
        Assert.All(losses, loss => Check.Close(losses[0], loss, 1e-5));
    }

    /// <summary>
    /// The loss changes along its own gradient as fast as the gradient is long: second derivatives of encoder and decoder are right. The
    /// penalty is nearly all of the loss.
    /// </summary>
    [Theory]
    [InlineData("decoder", "mlp"), InlineData("decoder", "conv"), InlineData("encoder", "mlp"), InlineData("encoder", "conv")]
    public void The_gradient_of_the_penalty_is_its_slope(string name, string network)
    {
        using var scope = NewDisposeScope();
        var spec = Spec(Penalty(name, weight: 1000), network: network == "mlp"
            ? new MlpSpec { Hidden = [16], Activation = Activation.Tanh }
            : new ConvSpec { Channels = [4], Hidden = 8, Activation = Activation.Tanh });
        var at = Pass.Of(spec);
        var length = Length(at.Gradients);
        var slope = (Along(Width) - Along(-Width)) / (2 * Width);
        Check.Close(length, slope, 1e-2);

        double Along(double step) => Pass.Of(spec, change: model =>
        {
            using var frozen = no_grad();
            foreach (var (parameter, value) in model.named_parameters())
            {
                if (at.Gradients.TryGetValue(parameter, out var gradient))
                    value.add_(gradient * (step / length));
            }
        }).Loss;
    }

    /// <summary>Convolutions have second derivatives of their own; for other kernels plain formulas stand in.</summary>
    [Theory]
    [InlineData("decoder", "mlp"), InlineData("decoder", "conv"), InlineData("encoder", "mlp"), InlineData("encoder", "conv")]
    public void Kernels_and_plain_formulas_have_the_same_gradients(string name, string network)
    {
        WithKernels.Needed();
        using var scope = NewDisposeScope();
        var (spec, batch) = (Spec(Penalty(name, weight: 10), latent: 4, network: Wide(network)), Examples.Batch(side: 16, channels: 3));
        var ours = Pass.Of(spec, batch: batch);
        using var plain = Kernels.Avoid();
        ours.AssertSameAs(Pass.Of(spec, batch: batch), 1e-4);
    }

    /// <summary>bfloat16 has eight bits: a chain of products and their second derivatives is right to some percent of its length.</summary>
    [Theory]
    [InlineData("decoder", "mlp"), InlineData("decoder", "conv"), InlineData("encoder", "mlp"), InlineData("encoder", "conv")]
    public void In_reduced_precision_the_gradients_are_nearly_the_same(string name, string network)
    {
        using var scope = NewDisposeScope();
        var (spec, batch) = (Spec(Penalty(name, weight: 10), latent: 4, network: Wide(network)), Examples.Batch(side: 16, channels: 3));
        var single = Pass.Of(spec, batch: batch);
        using var precision = ReducedPrecision.Use(true);
        var reduced = Pass.Of(spec, batch: batch);
        Check.Close(single.Losses.Term(name == "decoder" ? "decoder-gradient" : "contractive"),
            reduced.Losses.Term(name == "decoder" ? "decoder-gradient" : "contractive"), 0.05);
        var length = Length(single.Gradients);
        var distance = Length(single.Gradients.ToDictionary(g => g.Key, g => g.Value - reduced.Gradients[g.Key]));
        Assert.True(distance < 0.05 * length, $"{distance} of {length}");
    }

    /// <summary>Evaluation is without gradients, and has the number of a training pass.</summary>
    [Theory, InlineData("decoder"), InlineData("encoder")]
    public void Evaluation_has_the_same_number(string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var spec = Spec(Penalty(name));
        var model = spec.Build(Examples.Images(), noise);
        var training = Value();
        using var frozen = no_grad();
        Check.Close(training, Value(), 1e-5);

        double Value()
        {
            var progress = new Progress(new SeededNoise(4));
            var losses = Penalty(name).Build(model.Latent).Compute(model, model.Infer(Examples.Batch(), 1, progress), progress);
            return losses.ByPlayer.Single().Loss.item<float>();
        }
    }

    /// <summary>‖θ‖² is of the decoder; twice its weights are the gradient, and nothing else moves.</summary>
    [Fact]
    public void The_decoders_weights_are_squared_and_summed()
    {
        using var scope = NewDisposeScope();
        var with = Pass.Of(Spec(new DecoderWeightsSpec { Weight = 0.3 }));
        var without = Pass.Of(Spec(new DecoderWeightsSpec { Weight = 0 }));
        using var noise = new SeededNoise(1);
        var model = Spec(new DecoderWeightsSpec()).Build(Examples.Images(), noise);
        var weights = model.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        var decoder = weights.Where(weight => weight.Key.StartsWith("decoder.")).ToList();
        var squares = decoder.Sum(weight => weight.Value.to_type(float64).square().sum().item<double>());
        Check.Close(0.3 * squares, with.Loss - without.Loss, 1e-4);
        foreach (var (name, gradient) in with.Gradients)
        {
            var expected = name.StartsWith("decoder.") ? without.Gradients[name] + 0.6 * weights[name] : without.Gradients[name];
            Check.Close(expected, gradient, 1e-4, 1e-5);
        }
    }

    private static void AssertMean(double expected, Func<Losses> estimate)
    {
        var (mean, error) = Statistics.MeanOf([.. Enumerable.Range(0, 400).Select(_ =>
        {
            using var scope = NewDisposeScope();
            return (double)estimate().ByPlayer.Single().Loss.item<float>();
        })]);
        Assert.True(error < 0.05 * expected);
        Assert.True(Math.Abs(mean - expected) <= Statistics.Sigmas * error + 1e-3 * expected, $"{mean} ± {error}, expected {expected}");
    }

    private static NetworkSpec Wide(string network) =>
        network == "mlp" ? new MlpSpec { Hidden = [64] } : new ConvSpec { Channels = [8, 16], Hidden = 32 };

    private static double Length(IReadOnlyDictionary<string, Tensor> gradients) =>
        Math.Sqrt(gradients.Values.Sum(gradient => gradient.to_type(float64).square().sum().item<double>()));
}

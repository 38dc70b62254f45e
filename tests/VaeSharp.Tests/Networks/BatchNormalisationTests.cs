using TorchSharp;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Priors;
using VaeSharp.Tests.Conformance;
using VaeSharp.Tests.Training;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Networks;

/// <summary>Layers that normalise over the batch, in a model whose passes change nothing.</summary>
public sealed class BatchNormalisationTests
{
    private static readonly VaeSpec Spec = new() { Latent = 3, Network = new PythaeConvSpec { Channels = [8, 9] } };

    /// <summary>
    /// Behind a pass nothing has moved; behind Update averages are 0.9 of the old and 0.1 of the batch, with a variance over n − 1.
    /// </summary>
    [Fact]
    public void Running_averages_follow_the_batch_behind_the_step_only()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var layer = PlainNet.Drawn(new BatchNormalisation(3));
        var before = Buffers(layer);
        var x = 2 + 3 * noise.Normal([5, 3, 4, 2], CPU);
        var statistics = new BatchStatistics();
        Tensor y;
        using (BatchStatistics.Use(statistics))
            y = layer.call(x);
        Check.Close(new PlainNet(layer).Normalised(x.to_type(float64), "", true), y, 1e-5, 1e-5);
        Assert.All(before, pair => Check.Close(pair.Value, Buffers(layer)[pair.Key], 0, 0));

        using (no_grad())
            statistics.Apply();
        var values = x.to_type(float64).transpose(0, 1).flatten(1);                              // [C, n]
        Check.Close(0.9 * before["mean"] + 0.1 * values.mean([1]), Buffers(layer)["mean"], 1e-5);
        Check.Close(0.9 * before["variance"] + 0.1 * values.var(1, unbiased: true), Buffers(layer)["variance"], 1e-5);
    }

    /// <summary>Outside of training an example is encoded alike in any company; in training it is not.</summary>
    [Fact]
    public void Evaluation_depends_on_no_other_example()
    {
        using var scope = NewDisposeScope();
        using var training = new Steps(Spec, Examples.Images());
        foreach (var _ in Enumerable.Range(0, 3))
            training.Step(Examples.Batch());
        using var noise = new SeededNoise(1);
        var (x, progress) = (Examples.Batch().X, new Progress(noise));
        var alone = training.Model.Encode(new Batch(x.narrow(0, 2, 1)), progress).Mean;
        Check.Close(training.Model.Encode(new Batch(x), progress).Mean.narrow(0, 2, 1), alone, 1e-5, 1e-6);
        var trained = progress with { Training = true };
        Assert.True((training.Model.Encode(new Batch(x), trained).Mean.narrow(0, 2, 1) - alone).abs().max().item<float>() > 1e-3);
    }

    /// <summary>With S draws of each example the decoder normalises over all S · B codes, and its averages follow them once.</summary>
    [Theory, InlineData(1), InlineData(4)]
    public void Several_draws_are_one_batch_of_codes(int samples)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var spec = Spec with { Objective = new ElboSpec { Samples = samples }, Network = new PythaeConvSpec { Channels = [8, 9, 10] } };
        var model = spec.Build(Examples.Images(), noise);
        var before = Buffers(model);
        var progress = new Progress(noise) { Training = true };
        var trace = model.Infer(Examples.Batch(), samples, progress);
        var plain = new PlainNet(model);
        using (no_grad())
            model.Update(trace, progress);
        var codes = trace.Latents[0].Draw.Z.detach().to_type(float64).flatten(0, 1);
        var h = plain.Up(plain.Dense(codes, "decoder.hidden.0").view(16 * samples, 10, 2, 2), "decoder.layers.0", 2, 1, 4, 4);
        Check.Close(0.9 * before["decoder.layers.1.mean"] + 0.1 * h.mean([0, 2, 3]), Buffers(model)["decoder.layers.1.mean"], 1e-4, 1e-5);
        Check.Close(0.9 * before["decoder.layers.1.variance"] + 0.1 * h.transpose(0, 1).flatten(1).var(1, unbiased: true),
            Buffers(model)["decoder.layers.1.variance"], 1e-4, 1e-5);
    }

    /// <summary>Codes that an objective or a picture asks for besides are no step: only the trace's pass is followed, and once.</summary>
    [Fact]
    public void Only_the_pass_of_the_step_is_followed()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var model = Spec.Build(Examples.Images(), noise);
        var progress = new Progress(noise) { Training = true };
        var before = Buffers(model);
        model.Encode(Examples.Batch(seed: 7), progress);
        model.Decode(zeros(4, 3));
        var trace = model.Infer(Examples.Batch(), 1, progress);
        model.Encode(Examples.Batch(seed: 8), progress);
        model.Infer(Examples.Batch(seed: 9), 1, progress);
        Assert.All(before, pair => Check.Close(pair.Value, Buffers(model)[pair.Key], 0, 0));
        using (no_grad())
            model.Update(trace, progress);
        var x = new PlainNet(model).Conv(Examples.Batch().X.to_type(float64), "encoder.layers.0", 2, 1);
        Check.Close(0.1 * x.mean([0, 2, 3]), Buffers(model)["encoder.layers.1.mean"], 1e-4, 1e-6);
        var once = Buffers(model);
        using (no_grad())
            model.Update(trace, progress);
        Assert.All(once, pair => Check.Close(pair.Value, Buffers(model)[pair.Key], 0, 0));
        Assert.Null(BatchStatistics.Current);
    }

    /// <summary>
    /// The prior is one distribution. Pseudo-inputs that were normalised by their own statistics in training and by running averages
    /// elsewhere would give it another density in either.
    /// </summary>
    [Fact]
    public void The_prior_of_pseudo_inputs_is_the_same_in_training_and_evaluation()
    {
        using var scope = NewDisposeScope();
        using var training = new Steps(Spec with { Prior = new VampPriorSpec { PseudoInputs = 5, InputSpread = 0.5 } }, Examples.Images());
        foreach (var _ in Enumerable.Range(0, 3))
            training.Step(Examples.Batch());
        using var noise = new SeededNoise(6);
        var (z, progress) = (noise.Normal([20, 3], CPU), new Progress(noise));
        var evaluated = training.Model.Infer(Examples.Batch(), 1, progress).Latents[0].Prior.LogProb(z);
        var trained = training.Model.Infer(Examples.Batch(), 1, progress with { Training = true }).Latents[0].Prior.LogProb(z);
        Check.Close(evaluated, trained);
        Assert.Empty(training.Untrained);
    }

    /// <summary>A channel of one value has no variance: running averages stand in, and everything stays finite.</summary>
    [Fact]
    public void A_channel_of_one_value_is_normalised_by_the_running_averages()
    {
        using var scope = NewDisposeScope();
        var layer = PlainNet.Drawn(new BatchNormalisation(4));
        var x = linspace(-2, 2, 4).view(1, 4, 1, 1);
        using var pass = BatchStatistics.Use(new());
        Check.Close(new PlainNet(layer).Normalised(x.to_type(float64), "", false), layer.call(x), 1e-5, 1e-6);

        var spec = Spec with { Network = new PythaeConvSpec { Channels = [4, 4, 4, 4] } };       // 8 × 8 becomes 1 × 1
        using var training = new Steps(spec, Examples.Images());
        foreach (var _ in Enumerable.Range(0, 5))
            Assert.All(training.Step(Examples.Batch(count: 1)).Values, loss => Assert.True(double.IsFinite(loss)));
        Assert.All(Buffers(training.Model).Values, value => Assert.True(Check.IsFinite(value)));
    }

    [Fact]
    public void First_and_second_derivatives_of_a_normalised_batch_are_those_in_double()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var (single, twice) = (PlainNet.Drawn(new BatchNormalisation(3)), PlainNet.Drawn(new BatchNormalisation(3)));
        twice.to(float64);
        using var pass = BatchStatistics.Use(new());
        var (x, gradient) = (noise.Normal([4, 3, 5, 5], CPU), noise.Normal([4, 3, 5, 5], CPU));
        Derivatives.Of(inputs => single.call(inputs[0]).tanh(), [x], gradient)
            .AssertNear(Derivatives.InDouble(inputs => twice.call(inputs[0]).tanh(), [x], gradient), 1e-4);
    }

    [Fact]
    public void A_run_stopped_and_resumed_ends_with_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        var experiment = Small.Experiment();
        experiment = experiment with { Model = Spec, Training = experiment.Training with { AverageDecay = 0.9 } };
        Small.Train(experiment, folder["whole"]);
        Assert.Equal(TrainingEnd.Cancelled, Small.Train(experiment, folder["parts"], stopAfter: 2).End);
        Assert.Equal(TrainingEnd.Cancelled, Small.Resume(folder["parts"], stopAfter: 7).End);
        Small.Resume(folder["parts"]);
        Assert.Equal(Weights("whole"), Weights("parts"));

        byte[] Weights(string run) => File.ReadAllBytes(Path.Combine(folder[run], "weights.safetensors"));
    }

    private static Dictionary<string, Tensor> Buffers(nn.Module module) =>
        module.named_buffers().ToDictionary(pair => pair.name, pair => pair.buffer.to_type(float64).clone());
}

using System.Text.Json.Nodes;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Numerics;
using VaeSharp.Specs;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Conformance;

/// <summary>What every model of the zoo does. A row that is added is tested by being there.</summary>
public sealed class ZooTests
{
    public static TheoryData<string> Rows => [.. ModelZoo.Rows.Select(row => row.Name)];

    public static MatrixTheoryData<string, int, string> RowsChannelsNetworks =>
        new(ModelZoo.Rows.Select(row => row.Name), [1, 3], ["mlp", "conv"]);

    private static VaeSpec Spec(string row) => Examples.Shrink(ModelZoo.Find(row).Spec);

    private static List<double> Losses(VaeSpec spec, int steps, long seed = 1, Batch? batch = null, double learningRate = 5e-3)
    {
        var examples = batch ?? Examples.Batch();
        using var training = new Steps(spec, Examples.Images((int)examples.X.size(1)), seed, learningRate);
        return [.. Enumerable.Range(0, steps).Select(_ => training.Step(examples)[training.First])];
    }

    /// <summary>Sixteen examples can be learned by heart: the loss falls by nats, and by far more than noise moves it.</summary>
    [Theory, MemberData(nameof(Rows))]
    public void It_learns_sixteen_examples_by_heart(string row)
    {
        using var scope = NewDisposeScope();
        using var training = new Steps(Spec(row), Examples.Images(), learningRate: 5e-3);
        var examples = Examples.Batch();
        var (before, error) = Statistics.MeanOf(training.Losses(examples, 200));
        for (var i = 0; i < 300; i++)
            training.Step(examples);
        var (after, deviation) = Statistics.MeanOf(training.Losses(examples, 200));
        Assert.True(after < before - 3 - Statistics.Sigmas * (error + deviation), $"{before} ± {error} → {after} ± {deviation}");
    }

    [Theory, MemberData(nameof(Rows))]
    public void The_same_seed_gives_the_same_losses_and_another_seed_others(string row)
    {
        using var scope = NewDisposeScope();
        var losses = Losses(Spec(row), steps: 4, seed: 3);
        Assert.Equal(losses, Losses(Spec(row), steps: 4, seed: 3));
        Assert.NotEqual(losses, Losses(Spec(row), steps: 4, seed: 4));
    }

    [Theory, MemberData(nameof(Rows))]
    public void Its_JSON_is_the_same_model(string row)
    {
        using var scope = NewDisposeScope();
        var spec = Spec(row);
        var read = SpecReader.Read<VaeSpec>(JsonNode.Parse(SpecWriter.ToJson(spec).ToJsonString()));
        Assert.Equal(Losses(spec, steps: 2), Losses(read, steps: 2));
        Assert.Equal(SpecWriter.ToJson(ModelZoo.Find(row).Spec).ToJsonString(),
            SpecWriter.ToJson(SpecReader.Read<VaeSpec>(SpecWriter.ToJson(ModelZoo.Find(row).Spec))).ToJsonString());
    }

    /// <summary>The last batch of an epoch may hold one example: no variance over the batch may divide by zero.</summary>
    [Theory, MemberData(nameof(Rows))]
    public void A_batch_of_one_is_a_batch(string row)
    {
        using var scope = NewDisposeScope();
        Assert.All(Losses(Spec(row), steps: 5, batch: Examples.Batch(count: 1)), loss => Assert.True(double.IsFinite(loss)));
    }

    [Theory, MemberData(nameof(RowsChannelsNetworks))]
    public void It_trains_on_grey_and_coloured_images_with_either_network(string row, int channels, string network)
    {
        using var scope = NewDisposeScope();
        var spec = Spec(row) with
        {
            Network = network == "mlp" ? new MlpSpec { Hidden = [8] } : new ConvSpec { Channels = [4], Hidden = 8 },
        };
        var losses = Losses(spec, steps: 30, batch: Examples.Batch(channels: channels));
        Assert.True(losses[^1] < losses[0], $"{losses[0]} → {losses[^1]}");
    }

    [Theory, MemberData(nameof(Rows))]
    public void Reduced_precision_learns_too(string row)
    {
        using var scope = NewDisposeScope();
        using var reduced = ReducedPrecision.Use(true);
        var losses = Losses(Spec(row), steps: 60);
        Assert.All(losses, loss => Assert.True(double.IsFinite(loss)));
        Assert.True(losses[^5..].Average() < losses[..5].Average());
    }

    /// <summary>A pass changes nothing, and evaluation of the same noise has the same numbers.</summary>
    [Theory, MemberData(nameof(Rows))]
    public void A_pass_leaves_the_model_as_it_is(string row)
    {
        using var scope = NewDisposeScope();
        using var training = new Steps(Spec(row), Examples.Images());
        training.Step(Examples.Batch());
        var (model, objective) = (training.Model, training.Objective);
        var before = State(model).Select(value => value.clone()).ToList();
        var (first, second) = (Evaluate(), Evaluate());
        Assert.Equal(first, second);
        Assert.All(before.Zip(State(model)), pair => Check.Close(pair.First, pair.Second, 0, 0));
        Assert.All(State(model), value => Assert.True(Check.IsFinite(value)));

        double Evaluate()
        {
            using var noise = new SeededNoise(9);
            var progress = new Progress(noise) { TrainingSetSize = 16 };
            var losses = objective.Compute(model, model.Infer(Examples.Batch(), objective.Samples, progress), progress);
            return losses.ByPlayer[0].Loss.item<float>();
        }

        static IEnumerable<Tensor> State(Autoencoder model) =>
            model.named_parameters().Select(p => (Tensor)p.parameter).Concat(model.named_buffers().Select(b => b.buffer));
    }

    /// <summary>Codes from the prior decode to images in the data's range; without spread they are the prior's mean.</summary>
    [Theory, MemberData(nameof(Rows))]
    public void It_draws_images_in_the_range_of_the_data(string row)
    {
        using var scope = NewDisposeScope();
        using var training = new Steps(Spec(row), Examples.Images());
        using var noise = new SeededNoise(5);
        var (model, progress) = (training.Model, new Progress(noise));
        var labels = model.NeedsLabels ? tensor(new[] { 0L, 1, 2, 0, 1 }) : null;
        var codes = model.DrawCodes(5, labels, progress);
        Assert.Equal([5, .. model.Latent.Shape], codes.shape);
        var images = model.Decode(codes, labels).Mean;
        Assert.Equal([5, 1, 8, 8], images.shape);
        Assert.True(images.min().item<float>() >= 0 && images.max().item<float>() <= 1);
        var still = model.DrawCodes(5, labels, progress, temperature: 0);
        Check.Close(still[0].expand_as(still), still, 0, 1e-6);
        Assert.False(codes[0].eq(codes[1]).all().item<bool>());
        Assert.Equal([16, .. model.Latent.Shape], model.Encode(Examples.Batch(), progress).Mean.shape);
    }

    /// <summary>Codes and labels of strangers: a sentence, not the end of the process.</summary>
    [Theory, MemberData(nameof(Rows))]
    public void Strangers_with_wrong_shapes_are_told_both_shapes(string row)
    {
        using var scope = NewDisposeScope();
        using var training = new Steps(Spec(row), Examples.Images());
        using var noise = new SeededNoise(6);
        var (model, progress) = (training.Model, new Progress(noise));
        var labels = model.NeedsLabels ? zeros(2, dtype: int64) : null;
        var refused = Assert.Throws<ArgumentException>(() => model.Infer(new Batch(zeros(2, 1, 16, 8), labels), 1, progress));
        Assert.Contains("[-1, 1, 8, 8]", refused.Message);
        Assert.Contains("[2, 1, 16, 8]", refused.Message);
        Assert.Throws<ArgumentException>(() => model.Encode(new Batch(zeros(2, 1, 16, 8), labels), progress));
        Assert.Throws<ArgumentException>(() => model.Decode(zeros(2, model.Latent.Size + 1), labels));
        if (model.NeedsLabels)
        {
            Assert.Throws<ArgumentException>(() => model.Infer(new Batch(zeros(2, 1, 8, 8)), 1, progress));
            Assert.Throws<ArgumentException>(() => model.Decode(zeros(2, model.Latent.Size)));
        }
    }
}

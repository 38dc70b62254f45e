using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Specs;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Models;

/// <summary>What a model says about its layers is what its pass does.</summary>
public sealed class ArchitectureOfModels
{
    /// <summary>Every row with the first networks, and the plain model with all; or the first model that takes a network.</summary>
    public static TheoryData<string, string> Rows => new(
        from network in Catalogue.Of(typeof(NetworkSpec)).Select(part => part.Name)
        let first = ModelZoo.Rows.Prepend(ModelZoo.Find("vae"))
            .First(row => !Compatibility.Violations(row.Spec with { Network = Default(network) }).Any()).Name
        from row in ModelZoo.Rows.Select(row => row.Name)
        where row == first || network is "mlp" or "conv"
        select (row, network));

    private static VaeSpec Spec(string row, string network) => ModelZoo.Find(row).Spec with
    {
        Network = network switch
        {
            "mlp" => new MlpSpec { Hidden = [9, 7] },
            "conv" => new ConvSpec { Channels = [4, 6], Hidden = 5 },
            _ => Examples.Shrink(ModelZoo.Find(row).Spec with { Network = Default(network) }).Network,
        },
    };

    private static NetworkSpec Default(string network) =>
        (NetworkSpec)Catalogue.Of(typeof(NetworkSpec)).Single(part => part.Name == network).Default;

    [Theory, MemberData(nameof(Rows))]
    public void Every_layer_has_the_shape_that_its_output_has(string row, string network)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var data = new DataSpec(3, 13, 10) { Levels = 256, ClassNames = ["a", "b", "c"] };
        var model = Spec(row, network).Build(data, noise);
        var architecture = model.Describe();
        var nodes = architecture.Encoder.Nodes.Concat(architecture.Decoder.Nodes).ToList();
        var seen = new Dictionary<LayerNode, long[]>();
        // The first pass is that of the batch: a prior may encode inputs of its own behind it.
        foreach (var node in nodes.Where(node => node.Module is Layer))
            ((Layer)node.Module!).register_forward_hook((_, _, output) => { seen.TryAdd(node, output.shape); return output; });
        var batch = new Batch(noise.Uniform([4, .. data.Shape], CPU), tensor(new long[] { 0, 1, 2, 0 }));
        var trace = model.Infer(batch, 1, new Progress(noise));
        var decoded = trace.Likelihood.Mean;                           // codes are decoded when it is asked for
        Assert.Equal(nodes.Count(node => node.Module is Layer), seen.Count);
        foreach (var (node, shape) in seen)
        {
            // What is cut off behind a layer is a layer of its own in tables, but not in the pass.
            var shown = nodes.FirstOrDefault(next => next.Type == LayerType.Cropping && next.Inputs[0] == node) ?? node;
            Assert.Equal([4, .. shown.Shape], shape);
        }
        Assert.Equal(data.Size, architecture.Decoder.Outputs.Single().Size);
        Assert.Equal(decoded.numel() / 4, architecture.Decoder.Outputs.Single().Size);
    }

    [Theory, MemberData(nameof(Rows))]
    public void Every_learned_number_is_counted_once(string row, string network)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var model = Spec(row, network).Build(new DataSpec(1, 9, 6) { Levels = 256, ClassNames = ["a", "b"] }, noise);
        var architecture = model.Describe();
        Assert.Equal(Count(Side.Inference), architecture.Encoder.Parameters);
        Assert.Equal(Count(Side.Generation), architecture.Decoder.Parameters);
        Assert.Equal(model.buffers().Sum(buffer => buffer.numel()), architecture.Buffers);

        long Count(Side side) => model.Side(side).SelectMany(part => part.parameters()).Sum(parameter => parameter.numel());
    }

    [Theory, MemberData(nameof(Rows))]
    public void Names_are_unique_and_layers_stand_behind_their_inputs(string row, string network)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var architecture = Spec(row, network).Build(new DataSpec(1, 9, 6) { Levels = 256, ClassNames = ["a", "b"] }, noise).Describe();
        foreach (var graph in new[] { architecture.Encoder, architecture.Decoder })
        {
            Assert.Equal(graph.Nodes.Count, graph.Nodes.Select(node => node.Name).Distinct().Count());
            for (var i = 0; i < graph.Nodes.Count; i++)
                Assert.All(graph.Nodes[i].Inputs, input => Assert.Contains(input, graph.Nodes.Take(i)));
        }
    }

    /// <summary>What Keras's summary prints for the scripts: encoder, decoder, and the layers' names and numbers.</summary>
    [Theory]
    [InlineData("vae_mlp", 403_972, 403_728, "dense_1 z_mean z_log_var z", "z_sampling dense_2 dense_3")]
    [InlineData("vae_cnn", 69_076, 65_089, "conv2d_1 conv2d_2 flatten_1 dense_1 z_mean z_log_var z",
        "z_sampling dense_2 reshape_1 conv2d_transpose_1 conv2d_transpose_2 decoder_output")]
    [InlineData("cvae", 77_988, 96_449,
        "class_labels dense_1 reshape_1 concatenate_1 conv2d_1 conv2d_2 flatten_1 dense_2 z_mean z_log_var z",
        "z_sampling class_labels concatenate_2 dense_3 reshape_2 conv2d_transpose_1 conv2d_transpose_2 decoder_output")]
    [InlineData("beta_cvae", 77_988, 96_449,
        "class_labels dense_1 reshape_1 concatenate_1 conv2d_1 conv2d_2 flatten_1 dense_2 z_mean z_log_var z",
        "z_sampling class_labels concatenate_2 dense_3 reshape_2 conv2d_transpose_1 conv2d_transpose_2 decoder_output")]
    public void Recipes_have_the_layers_and_parameters_of_the_scripts(
        string name, long encoder, long decoder, string inference, string generation)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var recipe = Recipes.Find(name);
        var architecture = recipe.Model.Build(recipe.Data.Describe()!, noise).Describe();
        Assert.Equal((encoder, decoder), (architecture.Encoder.Parameters, architecture.Decoder.Parameters));
        Assert.Equal(encoder + decoder, architecture.Parameters);
        Assert.Equal($"encoder_input {inference}", string.Join(' ', architecture.Encoder.Nodes.Select(node => node.Name)));
        Assert.Equal(generation, string.Join(' ', architecture.Decoder.Nodes.Select(node => node.Name)));
    }
}

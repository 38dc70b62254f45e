using VaeSharp.Data;
using VaeSharp.Interop;
using VaeSharp.Keras;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Numerics;
using VaeSharp.Training;

namespace VaeSharp.Tests.Keras;

/// <summary>
/// The first twenty steps of each script, as they were recorded: from Keras's weights, on MNIST's first 2,560 training images in order,
/// with recorded noise, by Keras 2.3's formulas in double precision.
/// </summary>
public sealed class RecordedSteps
{
    private const int Steps = 20;
    private const int BatchSize = 128;

    /// <summary>
    /// In single precision the same steps agree to these differences. RMSprop divides by roots of small squares, which enlarges rounding,
    /// and processors round differently: losses of vae_cnn were off by 2.0e-3 on one and by 2.5e-3 on another.
    /// </summary>
    [Theory]
    [InlineData("vae_mlp", "mlp", 1e-4, 5e-6)]
    [InlineData("vae_cnn", "cnn", 2e-3, 5e-3)]
    [InlineData("cvae", "cvae", 2e-3, 5e-3)]
    public void A_recipe_takes_the_same_steps_as_its_script(string name, string file, double lossTolerance, double weightTolerance)
    {
        using var scope = NewDisposeScope();
        var recipe = Recipes.Find(name);
        var train = recipe.Data.Load(new DataContext { Directory = Path.GetDirectoryName(RealFiles.Mnist) }).Train;
        using var recorded = NpzFile.Open(RealFiles.Keras($"{file}.steps.npz"));
        using var arbitrary = new SeededNoise(1);
        using var model = recipe.Model.Build(train.Spec, arbitrary);
        using var objective = recipe.Model.BuildObjective(train.Spec, arbitrary);
        KerasFiles.Load(model, RealFiles.Keras($"{file}.legacy.h5"));
        using var copies = new WeightCopies();
        using var player = new TrainingPlayer(objective.Players(model).Single(), recipe.Training.Optimizer, copies);
        var loader = new Loader(train, seed: 0, CPU);
        var epsilon = recorded.Read("eps").ToFloats();
        var losses = recorded.Read("loss").ToDoubles();
        Assert.Equal(BatchSize, recipe.Training.BatchSize);
        for (var step = 0; step < Steps; step++)
        {
            using var inner = NewDisposeScope();
            var drawn = tensor(epsilon.AsSpan(step * BatchSize * 2, BatchSize * 2).ToArray(), [1, BatchSize, 2]);
            var progress = new Progress(new ReplayedNoise(drawn)) { Training = true, Step = step, TotalSteps = Steps };
            var batch = loader.Load([.. Enumerable.Range(step * BatchSize, BatchSize)], epoch: 0);
            var loss = objective.Compute(model, model.Infer(batch, objective.Samples, progress), progress).ByPlayer.Single().Loss;
            Assert.InRange(loss.item<float>() - losses[step], -lossTolerance, lossTolerance);
            player.Backward(loss, keepGraph: false);
            player.Move(1);
        }
        using var frozen = no_grad();
        var compared = 0;
        foreach (var (half, node) in Weighted(model))
        {
            foreach (var (array, values) in new[] { "kernel", "bias" }.Zip(new KerasAxes(node).ToKeras()))
            {
                // The scripts' names and numbers are the graph's.
                var expected = recorded.Read($"{half}/{node.Name}/{array}");
                Check.Close(tensor(expected.ToFloats(), expected.Shape), values, 0, weightTolerance);
                compared++;
            }
        }
        Assert.Equal(recorded.Names.Count - 2, compared);
    }

    private static IEnumerable<(string Half, LayerNode Node)> Weighted(Autoencoder model) =>
        from graph in new[] { model.Describe().Encoder, model.Describe().Decoder }
        from node in graph.Nodes
        where node.Parameters > 0
        select (graph.Name, node);
}

using VaeSharp.Data;
using VaeSharp.Numerics;
using VaeSharp.Training;

namespace VaeSharp.Benchmarks;

/// <summary>A training step of a recipe, batch 128.</summary>
public class Steps
{
    private TrainingSession? session;

    /// <summary>The recipe.</summary>
    [Params("vae_mlp", "vae_cnn", "cvae")]
    public string Recipe { get; set; } = "";

    /// <summary>The number format of products.</summary>
    [Params(Precision.Fp32, Precision.Auto)]
    public Precision Precision { get; set; }

    /// <summary>Whether the library's kernels run; without them, libtorch's operations do the same.</summary>
    [Params(false, true)]
    public bool Kernel { get; set; }

    /// <summary>Builds the model.</summary>
    [GlobalSetup]
    public void Setup()
    {
        using var plain = Kernel ? default : Kernels.Avoid();
        var recipe = Recipes.Find(Recipe);
        var experiment = recipe with { Training = recipe.Training with { Precision = Precision } };
        var images = new byte[128 * 100 * 784];
        new Random(1).NextBytes(images);
        var labels = Enumerable.Range(0, 128 * 100).Select(i => i % 10).ToArray();
        var data = Dataset.From(images, [1, 28, 28], labels);
        session = new TrainingSession(experiment, data, validation: null, ComputeResources.DeviceOf("cpu"));
    }

    /// <summary>Frees the model.</summary>
    [GlobalCleanup]
    public void Cleanup() => session?.Dispose();

    /// <summary>Takes the batch, and moves the model along its gradient.</summary>
    [Benchmark]
    public int Step()
    {
        using var plain = Kernel ? default : Kernels.Avoid();
        if (session!.Counters.Batch == session.Batches)
            (session.Counters.Batch, session.Counters.Epoch) = (0, session.Counters.Epoch + 1);
        return session.Step();
    }
}

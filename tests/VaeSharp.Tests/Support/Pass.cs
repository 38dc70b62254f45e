using VaeSharp.Models;
using VaeSharp.Objectives;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Support;

/// <summary>One training pass of a model: the losses, and the gradient of the first player's loss by the parameters' names.</summary>
internal sealed record Pass(double Loss, IReadOnlyDictionary<string, Tensor> Gradients, Losses Losses)
{
    /// <summary>Builds a model from a seed and runs one pass with noise from the same seed.</summary>
    public static Pass Of(VaeSpec spec, long seed = 1, Batch? batch = null, Action<Autoencoder>? change = null)
    {
        var examples = batch ?? Examples.Batch();
        using var noise = new SeededNoise(seed);
        var model = spec.Build(new DataSpec([.. examples.X.shape[1..]]) { Levels = 256, ClassNames = Examples.Images().ClassNames }, noise);
        change?.Invoke(model);
        using var draws = new SeededNoise(seed + 1);
        using var critics = new SeededNoise(seed + 2);
        return Of(model, spec.BuildObjective(model.Data, critics), examples, draws);
    }

    /// <summary>Runs one pass.</summary>
    public static Pass Of(Autoencoder model, Objective objective, Batch batch, Noise noise)
    {
        var progress = new Progress(noise) { Training = true, TotalSteps = 1000, TrainingSetSize = 1000 };
        var losses = objective.Compute(model, model.Infer(batch, objective.Samples, progress), progress);
        var loss = losses.ByPlayer[0].Loss;
        var parameters = model.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        foreach (var parameter in parameters.Values)
            parameter.grad = null;
        loss.backward(null!, retain_graph: true, create_graph: false, [.. parameters.Values]);
        return new(loss.item<float>(),
            parameters.Where(p => p.Value.grad is not null).ToDictionary(p => p.Key, p => p.Value.grad!.clone()), losses);
    }

    /// <summary>Holds two passes to the same loss and the same gradients.</summary>
    public void AssertSameAs(Pass other, double relative = 1e-5, double absolute = 1e-6, double offset = 0)
    {
        Check.Close(other.Loss + offset, Loss, relative, absolute);
        Assert.Equal(other.Gradients.Keys.Order(), Gradients.Keys.Order());
        foreach (var (name, gradient) in Gradients)
        {
            // Sums in another order differ by rounding in proportion to the largest summands, not to the sum.
            Check.Close(other.Gradients[name], gradient, relative, absolute + relative * other.Gradients[name].abs().max().item<float>());
        }
    }
}

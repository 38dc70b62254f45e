using VaeSharp.Optimizers;

namespace VaeSharp.Training;

/// <summary>A running average of a model's weights (Polyak and Juditsky 1992), as it is validated and kept.</summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly (string Name, Tensor Value)[] weights;
    private readonly Tensor[] averages;
    private readonly double decay;

    public WeightAverage(nn.Module model, double decay)
    {
        this.decay = decay;
        weights = decay > 0 ? [.. model.named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter))] : [];
        using var frozen = no_grad();
        averages = [.. weights.Select(weight => weight.Value.clone().DetachFromDisposeScope())];
    }

    /// <summary>The averages, by the names of the weights.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => weights.Select((weight, i) => (weight.Name, averages[i]));

    /// <summary>Moves the averages towards the weights. The first steps count more, so that the start does not linger.</summary>
    public void Follow(long step)
    {
        if (averages.Length > 0)
            Gradients.Average(averages, [.. weights.Select(weight => weight.Value)], Math.Min(decay, (1.0 + step) / (10 + step)));
    }

    /// <summary>Puts the averages into the model until the result is disposed.</summary>
    public Exchange InModel() => new(this);

    private void Swap()
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        for (var i = 0; i < averages.Length; i++)
        {
            var kept = weights[i].Value.clone();
            weights[i].Value.copy_(averages[i]);
            averages[i].copy_(kept);
        }
    }

    public void Dispose()
    {
        foreach (var average in averages)
            average.Dispose();
    }

    /// <summary>Averages and weights, exchanged.</summary>
    public readonly struct Exchange : IDisposable
    {
        private readonly WeightAverage owner;

        public Exchange(WeightAverage owner)
        {
            this.owner = owner;
            owner.Swap();
        }

        public void Dispose() => owner.Swap();
    }
}

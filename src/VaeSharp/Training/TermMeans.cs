namespace VaeSharp.Training;

/// <summary>Means of named terms over an epoch, each batch that has a term weighted by its size: players may wait for each other.</summary>
internal sealed class TermMeans
{
    private readonly Dictionary<string, double> sums = [];
    private readonly Dictionary<string, double> weights = [];

    /// <summary>Adds a batch.</summary>
    public void Add(IReadOnlyList<(string Name, double Value)> terms, long size)
    {
        for (var i = 0; i < terms.Count; i++)
        {
            var (name, value) = terms[i];
            sums[name] = sums.GetValueOrDefault(name) + value * size;
            weights[name] = weights.GetValueOrDefault(name) + size;
        }
    }

    /// <summary>The means so far, in the order in which the terms first came.</summary>
    public IReadOnlyDictionary<string, double> Means => sums.ToDictionary(sum => sum.Key, sum => sum.Value / weights[sum.Key]);

    /// <summary>The sums and the weights, to be kept in a checkpoint.</summary>
    public (IReadOnlyDictionary<string, double> Sums, IReadOnlyDictionary<string, double> Weights) State
    {
        get => (sums, weights);
        set
        {
            sums.Clear();
            weights.Clear();
            foreach (var (name, sum) in value.Sums)
                (sums[name], weights[name]) = (sum, value.Weights[name]);
        }
    }
}

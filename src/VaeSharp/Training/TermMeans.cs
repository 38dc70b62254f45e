namespace VaeSharp.Training;

/// <summary>Means of named terms over an epoch, each batch weighted by its size.</summary>
internal sealed class TermMeans
{
    private readonly Dictionary<string, double> sums = [];
    private double weight;

    /// <summary>Adds a batch.</summary>
    public void Add(IReadOnlyList<(string Name, double Value)> terms, long size)
    {
        for (var i = 0; i < terms.Count; i++)
            sums[terms[i].Name] = sums.GetValueOrDefault(terms[i].Name) + terms[i].Value * size;
        weight += size;
    }

    /// <summary>The means so far, in the order in which the terms first came.</summary>
    public IReadOnlyDictionary<string, double> Means => sums.ToDictionary(sum => sum.Key, sum => sum.Value / Math.Max(weight, 1));

    /// <summary>The sums and the weight, to be kept in a checkpoint.</summary>
    public (IReadOnlyDictionary<string, double> Sums, double Weight) State
    {
        get => (sums, weight);
        set
        {
            sums.Clear();
            foreach (var (name, sum) in value.Sums)
                sums[name] = sum;
            weight = value.Weight;
        }
    }
}

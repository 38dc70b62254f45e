namespace VaeSharp.Data;

/// <summary>Grey levels become 0 and 1.</summary>
public static class Binarisation
{
    /// <summary>1 from one half upwards.</summary>
    /// <exception cref="ArgumentException">Values are not in [0, 1].</exception>
    public static Dataset Threshold(Dataset data) => Map(data, (values, _) =>
    {
        foreach (ref var value in values)
            value = value >= 0.5f ? 1 : 0;
    });

    /// <summary>Each value is the probability of a 1, drawn once: a function of the seed, the split and the example's row.</summary>
    /// <exception cref="ArgumentException">Values are not in [0, 1].</exception>
    public static Dataset Draw(Dataset data, long seed, Split split) =>
        Map(data, (values, row) => Draw(values, seed, -1 - (long)split, row));

    /// <summary>Each value stays, as the probability of a 1 that whoever makes a batch draws.</summary>
    /// <exception cref="ArgumentException">Values are not in [0, 1].</exception>
    public static Dataset Dynamic(Dataset data)
    {
        Check(data);
        return data.WithDraws();
    }

    /// <summary>Puts a 1 in place of each value with the probability that the value is, else a 0.</summary>
    /// <param name="values">Probabilities, of one example.</param>
    /// <param name="seed">The data's seed.</param>
    /// <param name="stream">The epoch where examples are drawn anew for each; negative numbers are taken by what is drawn once.</param>
    /// <param name="row">The example's row (<see cref="Dataset.Row"/>), so that its draw does not depend on its place in a batch.</param>
    public static void Draw(Span<float> values, long seed, long stream, long row)
    {
        var random = new SplitMix64(seed, stream, row);
        foreach (ref var value in values)
            value = (random.Next() >> 40) * (1f / (1 << 24)) < value ? 1 : 0;         // uniform on [0, 1) by steps of 2⁻²⁴
    }

    private delegate void RowMap(Span<float> values, int row);

    private static Dataset Map(Dataset data, RowMap map)
    {
        Check(data);
        var size = checked((int)data.Spec.Size);
        var result = new byte[data.Count * size];
        var values = new float[size];
        for (var i = 0; i < data.Count; i++)
        {
            data.CopyTo([i], values);
            map(values, data.Row(i));
            for (var j = 0; j < size; j++)
                result[i * size + j] = values[j] > 0 ? byte.MaxValue : (byte)0;
        }
        return data.WithValues(result, data.Spec with { Low = 0, High = 1, Levels = 2 });
    }

    private static void Check(Dataset data)
    {
        if (data.Spec is not { Low: >= 0, High: <= 1 })
        {
            throw new ArgumentException(
                $"Binarising needs values in [0, 1]; data set '{data.Name}' has [{data.Spec.Low}, {data.Spec.High}].", nameof(data));
        }
    }
}

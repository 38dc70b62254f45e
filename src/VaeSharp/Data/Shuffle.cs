namespace VaeSharp.Data;

/// <summary>The order in which examples are seen: a function of the seed and the epoch, the same on every platform.</summary>
public static class Shuffle
{
    /// <summary>A uniformly drawn order of 0 … count − 1.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The pass over the data.</param>
    /// <param name="count">Number of examples.</param>
    /// <param name="stream">Tells apart several orders of one epoch.</param>
    public static int[] Order(long seed, long epoch, int count, long stream = 0)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        var random = new SplitMix64(seed, epoch, stream);
        for (var i = count - 1; i > 0; i--)                                          // Fisher and Yates
        {
            var j = random.Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }
}

namespace VaeSharp.Imaging.Diagrams;

/// <summary>Gives the places of each rank their heights: as straight lines as can be, and nothing above another thing.</summary>
internal static class Stacking
{
    private const float Gap = 16;
    private const int Sweeps = 16;

    /// <summary>Places ranks of one row about height 0.</summary>
    public static void Arrange(IReadOnlyList<List<Vertex>> ranks)
    {
        var here = ranks.SelectMany(rank => rank).ToHashSet();
        foreach (var rank in ranks)
            Settle(rank, _ => 0);
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var forward = sweep % 2 == 1;
            foreach (var rank in forward ? ranks : ranks.Reverse())
                Settle(rank, vertex => (forward ? vertex.Before : vertex.Behind).Where(here.Contains).Select(other => other.Y)
                    .DefaultIfEmpty(vertex.Y).Average());
        }
    }

    /// <summary>The places nearest to those wished for, by least squares, that keep order and distance.</summary>
    /// <remarks>Source: Barlow et al. 1972, "Statistical inference under order restrictions": pooling adjacent violators.</remarks>
    private static void Settle(List<Vertex> rank, Func<Vertex, float> wish)
    {
        var offsets = new float[rank.Count];
        for (var i = 1; i < rank.Count; i++)
            offsets[i] = offsets[i - 1] + rank[i - 1].Below + Gap + rank[i].Above;
        var pools = new List<(float Sum, int Count)>();
        for (var i = 0; i < rank.Count; i++)
        {
            pools.Add((wish(rank[i]) - offsets[i], 1));
            while (pools.Count > 1 && pools[^2].Sum / pools[^2].Count > pools[^1].Sum / pools[^1].Count)
            {
                var last = pools[^1];
                pools.RemoveAt(pools.Count - 1);
                pools[^1] = (pools[^1].Sum + last.Sum, pools[^1].Count + last.Count);
            }
        }
        var next = 0;
        foreach (var (sum, count) in pools)
        {
            for (var i = 0; i < count; i++, next++)
                rank[next].Y = sum / count + offsets[next];
        }
    }
}

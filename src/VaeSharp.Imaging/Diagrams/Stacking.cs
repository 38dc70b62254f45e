namespace VaeSharp.Imaging.Diagrams;

/// <summary>Gives the places of each rank their heights: as straight lines as can be, and nothing above another thing.</summary>
internal static class Stacking
{
    private const float Gap = 16;
    private const int Sweeps = 60;

    /// <summary>Places ranks of one row about height 0.</summary>
    public static void Arrange(IReadOnlyList<List<Vertex>> ranks)
    {
        var here = ranks.SelectMany(rank => rank).ToHashSet();
        foreach (var rank in ranks)
            Settle(rank, _ => (0, 1));
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var forward = sweep % 2 == 1;
            foreach (var rank in forward ? ranks : ranks.Reverse())
                Settle(rank, vertex => Wish(vertex, forward));
        }

        (float Height, float Weight) Wish(Vertex vertex, bool forward)
        {
            var neighbours = (forward ? vertex.Before : vertex.Behind).Where(here.Contains).Select(other => other.Y).ToList();
            if (neighbours.Count > 0)
                return (neighbours.Average(), 1);
            // What is connected to nothing in this row moves up to the others.
            return vertex.Before.Concat(vertex.Behind).Any(here.Contains) ? (vertex.Y, 1) : (0, 1e-3f);
        }
    }

    /// <summary>The places nearest to those wished for, by least squares, that keep order and distance.</summary>
    /// <remarks>Source: Barlow et al. 1972, "Statistical inference under order restrictions": pooling adjacent violators.</remarks>
    private static void Settle(List<Vertex> rank, Func<Vertex, (float Height, float Weight)> wish)
    {
        var offsets = new float[rank.Count];
        for (var i = 1; i < rank.Count; i++)
            offsets[i] = offsets[i - 1] + rank[i - 1].Below + Gap + rank[i].Above;
        var pools = new List<(float Mean, float Weight, int Count)>();
        for (var i = 0; i < rank.Count; i++)
        {
            var (height, weight) = wish(rank[i]);
            pools.Add((height - offsets[i], weight, 1));
            while (pools.Count > 1 && pools[^2].Mean > pools[^1].Mean)
            {
                var (a, b) = (pools[^2], pools[^1]);
                pools.RemoveAt(pools.Count - 1);
                pools[^1] = ((a.Mean * a.Weight + b.Mean * b.Weight) / (a.Weight + b.Weight), a.Weight + b.Weight, a.Count + b.Count);
            }
        }
        var next = 0;
        foreach (var (mean, _, count) in pools)
        {
            for (var i = 0; i < count; i++, next++)
                rank[next].Y = mean + offsets[next];
        }
    }
}

namespace VaeSharp.Posteriors;

/// <summary>Vectors and the nearest of some centres: what quantisers and k-means have in common. Without gradients.</summary>
internal static class Clusters
{
    private const long Rows = 8192;

    /// <summary>The index of the nearest centre, the first of several: [N, D] and [K, D] → [N] int64.</summary>
    public static Tensor Nearest(Tensor x, Tensor centres)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        // ½‖x − e‖² = ½‖x‖² − (xᵀe − ½‖e‖²), of which the first does not depend on e.
        var bias = -0.5 * centres.square().sum(dim: 1L);
        return cat([.. x.detach().split(Rows).Select(Indices)]).MoveToOuterDisposeScope();

        // In pieces, so that the products of many places with many codes are never there together.
        Tensor Indices(Tensor rows)
        {
            using var piece = NewDisposeScope();
            return nn.functional.linear(rows, centres.detach(), bias.detach()).argmax(1).MoveToOuterDisposeScope();
        }
    }

    /// <summary>How many vectors each centre has, [K], and their sums, [K, D].</summary>
    public static (Tensor Counts, Tensor Sums) Members(Tensor x, Tensor indices, long count)
    {
        var counts = indices.bincount(null, count).to_type(x.dtype);
        return (counts, zeros([count, x.size(1)], x.dtype, x.device).index_add_(0, indices, x, 1));
    }

    /// <summary>A round of k-means: each centre becomes the mean of its vectors. One without any stays. Lloyd 1982.</summary>
    public static Tensor Round(Tensor x, Tensor centres)
    {
        using var scope = NewDisposeScope();
        var (counts, sums) = Members(x, Nearest(x, centres), centres.size(0));
        var means = sums / counts.clamp_min(1).unsqueeze(1);
        return where(counts.unsqueeze(1) > 0, means, centres).MoveToOuterDisposeScope();
    }

    /// <summary>Centres of vectors by k-means, from <see cref="Spread"/> ones.</summary>
    public static Tensor Fit(Tensor x, long count, int rounds, Noise noise)
    {
        using var scope = NewDisposeScope();
        var centres = Spread(x, count, noise);
        for (var i = 0; i < rounds; i++)
            centres = Round(x, centres);
        return centres.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Vectors that lie far from each other, each drawn by its squared distance from those in front: where most vectors are the same, as
    /// those of an empty background, few centres are. Arthur and Vassilvitskii 2007, k-means++; some at once, as Bahmani et al. 2012.
    /// </summary>
    public static Tensor Spread(Tensor x, long count, Noise noise)
    {
        const int times = 64;
        using var scope = NewDisposeScope();
        var (centres, distance) = (new List<Tensor>(), ones([x.size(0)], x.dtype, x.device));
        for (var done = 0L; done < count; done += centres[^1].size(0))
        {
            centres.Add(Drawn(x, distance, Math.Min(count - done, done == 0 ? 1 : (count + times - 1) / times), noise));
            var nearest = centres[^1].index_select(0, Nearest(x, centres[^1]));
            distance = done == 0 ? SquaredDistance(x, nearest) : distance.minimum(SquaredDistance(x, nearest));
        }
        return cat([.. centres]).MoveToOuterDisposeScope();
    }

    /// <summary>Vectors drawn by their weights, [N]: [count, D].</summary>
    public static Tensor Drawn(Tensor x, Tensor weights, long count, Noise noise)
    {
        using var scope = NewDisposeScope();
        var sums = weights.to_type(float64).cumsum(0);
        var places = noise.Uniform([count], x.device).to_type(float64) * sums[-1];
        return x.index_select(0, searchsorted(sums, places).clamp(max: x.size(0) - 1)).MoveToOuterDisposeScope();
    }

    /// <summary>‖a − b‖² of each pair of vectors: [N].</summary>
    public static Tensor SquaredDistance(Tensor a, Tensor b) => (a - b).square().sum(dim: 1L);
}

namespace VaeSharp.Distributions;

/// <summary>Finitely many codes: at each place of an example, and at each of Q levels or groups there, one of K.</summary>
public interface ICodes
{
    /// <summary>Number K of codes to choose from, for each index.</summary>
    long Count { get; }

    /// <summary>
    /// The shape of the indices of one example: [Q], or [h, w, Q] on a raster, which may be coarser than that of the code.
    /// </summary>
    long[] IndexShape { get; }

    /// <summary>
    /// Which indices there are, in the order of reading; null where all of them are. The others fill up the shape: they say nothing of the
    /// code, and are 0 where it is a posterior's.
    /// </summary>
    IReadOnlyList<bool>? Exists => null;

    /// <summary>Number n of indices of one example.</summary>
    long IndexCount => Exists is { } exists
        ? exists.Count(one => one)
        : IndexShape.Aggregate(1L, (product, size) => product * size);

    /// <summary>The shape of one code: [Z], or [C, h, w] on a raster.</summary>
    long[] Shape { get; }

    /// <summary>The mean of all codes: [*Shape].</summary>
    Tensor Middle { get; }

    /// <summary>The indices of the codes of q(z|x), the likeliest where they are drawn: [B, *IndexShape] int64, each below K.</summary>
    Tensor IndicesOf(Distribution q);

    /// <summary>The codes of indices: [N, *IndexShape] int64 → [N, *Shape].</summary>
    Tensor At(Tensor indices);
}

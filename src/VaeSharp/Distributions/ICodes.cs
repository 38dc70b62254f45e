namespace VaeSharp.Distributions;

/// <summary>Finitely many codes: at each place of an example, and at each of Q levels or groups there, one of K.</summary>
public interface ICodes
{
    /// <summary>Number K of codes to choose from, for each index.</summary>
    long Count { get; }

    /// <summary>The shape of the indices of one example: [Q], or [h, w, Q] on a raster.</summary>
    long[] IndexShape { get; }

    /// <summary>The shape of one code: [Z], or [C, h, w] on a raster.</summary>
    long[] Shape { get; }

    /// <summary>The mean of all codes: [*Shape].</summary>
    Tensor Middle { get; }

    /// <summary>The indices of the codes of q(z|x), the likeliest where they are drawn: [B, *IndexShape] int64, each below K.</summary>
    Tensor IndicesOf(Distribution q);

    /// <summary>The codes of indices: [N, *IndexShape] int64 → [N, *Shape].</summary>
    Tensor At(Tensor indices);
}

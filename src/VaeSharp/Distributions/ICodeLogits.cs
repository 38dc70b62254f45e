namespace VaeSharp.Distributions;

/// <summary>
/// The logarithms of the probabilities of each index of a code given those in front of it, up to a constant. Where there is no raster, its
/// height and width are 1.
/// </summary>
public interface ICodeLogits
{
    /// <summary>Of all indices: [N, h, w, Q, K].</summary>
    /// <param name="indices">The indices: [N, h, w, Q].</param>
    /// <param name="told">What is told of each code, [N, Y]; null where nothing is.</param>
    Tensor Of(Tensor indices, Tensor? told);

    /// <summary>
    /// Of the next row, of which an index after the other becomes known: from the row's indices, [N, 1, w, Q], to [N, 1, w, Q, K].
    /// </summary>
    /// <param name="above">The indices of the r rows above, none at first: [N, r, w, Q].</param>
    /// <param name="told">What is told of each code, [N, Y]; null where nothing is.</param>
    Func<Tensor, Tensor> OfRow(Tensor above, Tensor? told);
}

namespace VaeSharp.Posteriors;

/// <summary>Between the vectors of places and the codes of examples.</summary>
internal static class CodePlaces
{
    /// <summary>What an encoder yields, for each place: [B, F·h·w] → [B, h·w, F].</summary>
    public static Tensor ByPlace(this LatentSpace latent, Tensor features) =>
        features.view(features.size(0), -1, latent.Places).transpose(1, 2).contiguous();

    /// <summary>Vectors of places, each where it is: [.., h·w, C] → [.., C, h, w].</summary>
    public static Tensor Placed(this LatentSpace latent, Tensor vectors) =>
        vectors.transpose(-2, -1).reshape([.. vectors.shape[..^2], .. latent.Shape]);

    /// <summary>
    /// What the log has of indices, [N, Q] below K: the perplexity exp(−Σ p log p) of the codes' frequencies p in the minibatch, and the
    /// share of codes that occur in it; the mean over levels or groups. Neither number of codes can be above N.
    /// </summary>
    public static IReadOnlyList<(string Name, Tensor Value)> Measures(Tensor indices, long count)
    {
        using var frozen = no_grad();
        var counts = stack([.. Enumerable.Range(0, (int)indices.size(1)).Select(i => indices.select(1, i).bincount(null, count))]);
        var p = counts.to_type(float32) / indices.size(0);                                       // [Q, K]
        return [("perplexity", (-(p * p.clamp_min(1e-30).log()).sum(dim: 1L)).exp().mean()), ("usage", (p > 0).to_type(float32).mean())];
    }
}

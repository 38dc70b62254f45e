namespace VaeSharp.Posteriors;

/// <summary>How the codes of a quantiser are used.</summary>
internal static class CodeUsage
{
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

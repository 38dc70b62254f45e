namespace VaeSharp.Objectives;

/// <summary>How the mean of q(z|x) over all N examples is estimated from the B of a minibatch, one of which z was drawn from.</summary>
public enum MinibatchSampling
{
    /// <summary>
    /// Minibatch-weighted: each example has weight 1/(NB). Its gradient is good, but the logged mutual information is too high: by log N
    /// where codes of different examples overlap wholly, by log B where they do not at all; and the total correlation by (Z − 1) log N to
    /// Z log N − log B. Chen et al. 2018, section 4.1, eq. 5.
    /// </summary>
    Weighted,

    /// <summary>
    /// Minibatch-stratified: z's own example has weight 1/N, the others share the rest. Unbiased for q(z); for its
    /// logarithm too high or low by less, the larger the minibatch. Chen et al. 2018, appendix C.2.
    /// </summary>
    Stratified,
}

/// <summary>The weights of the examples of a minibatch, in q(z) ≈ Σₘ wᵢₘ q(z|xₘ).</summary>
internal static class MinibatchWeights
{
    /// <summary>log wᵢₘ for a draw of example i: [B, B].</summary>
    /// <remarks>
    /// Stratified: wᵢᵢ = 1/N, and wᵢₘ = (N − 1)/(N(B − 1)) else. The paper gives one of the others, by chance, a smaller weight; this is
    /// the mean of its weights over that chance, so the estimate has the same expectation, q(z), and less variance. With B = N it is q(z).
    /// </remarks>
    /// <param name="sampling">Which estimate.</param>
    /// <param name="batch">Number B of examples in the minibatch.</param>
    /// <param name="count">Number N of training examples; taken as B where it is smaller.</param>
    /// <param name="device">Where the weights are made.</param>
    public static Tensor Log(MinibatchSampling sampling, long batch, long count, Device device)
    {
        var n = (double)Math.Max(count, batch);
        if (sampling == MinibatchSampling.Weighted)
            return full([batch, batch], -Math.Log(n * batch), dtype: float32, device: device);
        var (own, other) = (-Math.Log(n), Math.Log(Math.Max(n - 1, 1) / (n * Math.Max(batch - 1, 1))));
        return other + (own - other) * eye(batch, dtype: float32, device: device);
    }
}

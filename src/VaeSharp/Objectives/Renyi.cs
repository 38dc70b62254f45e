using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Objectives;

/// <summary>
/// A bound for every order α of Rényi's divergence: at 1 the evidence lower bound, at 0 the importance-weighted bound; below 0, with enough
/// draws, an estimate from above.
/// </summary>
[Part("renyi", Paper = "Li and Turner 2016, Rényi Divergence Variational Inference, arXiv:1602.02311, section 4",
    Formula = "1/(1 − α) log (1/K) Σ wₖ^(1 − α),  w = p(x, z) / q(z|x)")]
public sealed record RenyiSpec : BoundSpec
{
    /// <summary>
    /// Order α: the larger, the more the posterior seeks one mode; the smaller, the more it covers. Paper: 1, 0 and −∞ for autoencoders
    /// (the last is <c>vr-max</c>), and values between, such as 0.5.
    /// </summary>
    [Range(-1e6, 1e6)]
    public double Alpha { get; init; } = 0.5;

    /// <summary>Number K of importance samples. Paper: 5, 50.</summary>
    [Range(1, 10_000)]
    public int Samples { get; init; } = 5;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => ImportanceWeights.Needs;

    /// <inheritdoc/>
    public override Objective Build(LatentSpace latent, DataSpec data) => new SampledBound(Samples, (trace, _) =>
        ImportanceWeights.Raise(LogPowerMean(trace.LogWeight, 1 - Alpha), trace));

    /// <summary>The logarithm of the power mean of weights, (1/s) log (1/K) Σ w_k^s; for s = 0 the mean logarithm: [K, B] → [B].</summary>
    /// <remarks>
    /// Powers are taken relative to their largest, so that none overflows. Where s is small, log (1/K) Σ w^s is the logarithm of a number
    /// near 1 that is divided by s: <c>expm1</c> and <c>log1p</c> keep its digits.
    /// </remarks>
    internal static Tensor LogPowerMean(Tensor logWeight, double s)
    {
        if (s == 0)
            return logWeight.mean([0L]);
        var largest = (s > 0 ? logWeight.amax([0L]) : logWeight.amin([0L])).detach();            // [B]
        var powers = s * (logWeight - largest);                                                  // ≤ 0  [K, B]
        return largest + powers.expm1().mean([0L]).log1p() / s;
    }
}

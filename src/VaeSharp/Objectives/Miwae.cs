using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Objectives;

/// <summary>
/// The average of several importance-weighted bounds: what it loses in tightness, the encoder's gradient gains in clarity.
/// </summary>
[Part("miwae", Paper = "Rainforth et al. 2018, Tighter Variational Bounds are Not Necessarily Better, arXiv:1802.04537",
    Formula = "log p(x) ≥ E (1/M) Σₘ log (1/K) Σₖ p(x, zₘₖ) / q(zₘₖ|x)")]
public sealed record MiwaeSpec : BoundSpec
{
    /// <summary>Number M of bounds that are averaged. Paper: 8, of 64 draws together.</summary>
    [Range(1, 1000)]
    public int Groups { get; init; } = 8;

    /// <summary>Number K of importance samples of each bound. Paper: 8, of 64 draws together.</summary>
    [Range(1, 1000)]
    public int Samples { get; init; } = 8;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => ImportanceWeights.Needs;

    /// <inheritdoc/>
    public override Objective Build(LatentSpace latent, DataSpec data) => new SampledBound(Groups * Samples, (trace, _) =>
        ImportanceWeights.Raise(trace.LogWeight.reshape(Groups, Samples, -1).LogMean(1), trace));      // [M, K, B]
}

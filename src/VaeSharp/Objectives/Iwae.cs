using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Objectives;

/// <summary>
/// The importance-weighted bound, which is the tighter the more draws it has. With one draw it is the evidence lower bound.
/// </summary>
[Part("iwae", Paper = "Burda, Grosse and Salakhutdinov 2016, Importance Weighted Autoencoders, arXiv:1509.00519, eq. 8",
    Formula = "log p(x) ≥ E log (1/K) Σ p(x, zₖ) / q(zₖ|x)")]
public sealed record IwaeSpec : BoundSpec
{
    /// <summary>Number K of importance samples. Paper: 1, 5, 50.</summary>
    [Range(1, 10_000)]
    public int Samples { get; init; } = 5;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => ImportanceWeights.Needs;

    /// <inheritdoc/>
    public override Objective Build(LatentSpace latent, DataSpec data) =>
        new SampledBound(Samples, static (trace, _) => ImportanceWeights.Raise(trace.LogWeight.LogMean(0), trace));
}

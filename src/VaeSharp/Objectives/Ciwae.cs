using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Objectives;

/// <summary>A mean of the evidence lower bound and the importance-weighted bound, from the same draws.</summary>
[Part("ciwae", Paper = "Rainforth et al. 2018, Tighter Variational Bounds are Not Necessarily Better, arXiv:1802.04537",
    Formula = "log p(x) ≥ E [β (1/K) Σ log wₖ + (1 − β) log (1/K) Σ wₖ]")]
public sealed record CiwaeSpec : BoundSpec
{
    /// <summary>Number K of importance samples. Paper: 64.</summary>
    [Range(1, 10_000)]
    public int Samples { get; init; } = 64;

    /// <summary>Share β of the evidence lower bound; 0 is the importance-weighted bound. Paper: 0.05 and 0.5.</summary>
    [Range(0, 1)]
    public Schedule Beta { get; init; } = 0.05;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => ImportanceWeights.Needs;

    /// <inheritdoc/>
    /// <remarks>
    /// The evidence lower bound is the mean log weight of the same draws, without a closed form, so that K = 1 is L₁ for every β.
    /// </remarks>
    public override Objective Build(LatentSpace latent, DataSpec data) => new SampledBound(Samples, (trace, progress) =>
    {
        var (logWeight, beta) = (trace.LogWeight, Beta.At(progress));                            // [K, B]
        return ImportanceWeights.Raise(beta * logWeight.mean([0L]) + (1 - beta) * logWeight.LogMean(0), trace);
    });
}

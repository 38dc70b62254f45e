using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Objectives;

/// <summary>The importance-weighted bound with the path derivative alone: less noise, but with several draws a bias.</summary>
[Part("iwae-stl", Paper = "Roeder, Wu and Duvenaud 2017, Sticking the Landing, arXiv:1703.09194",
    Formula = "encoder: Σ w̃ₖ ∂ log wₖ / ∂zₖ · ∂zₖ / ∂φ;  decoder: Σ w̃ₖ ∂ log wₖ / ∂θ")]
public sealed record StickingIwaeSpec : BoundSpec
{
    /// <summary>Number K of importance samples. Paper: 5, 50.</summary>
    [Range(1, 10_000)]
    public int Samples { get; init; } = 5;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => ImportanceWeights.NeedsOfPaths;

    /// <inheritdoc/>
    /// <remarks>
    /// The value is the importance-weighted bound. What the gradient leaves out is 0 in expectation for K = 1 only; for more draws the
    /// encoder's gradient is biased (Tucker et al. 2019, arXiv:1810.04152, section 3), and that of <see cref="DregIwaeSpec"/> is not.
    /// </remarks>
    public override Objective Build(LatentSpace latent, DataSpec data) => new SampledBound(Samples, static (trace, _) =>
    {
        var path = trace.AlongDraws();
        return ImportanceWeights.Raise(path.LogWeight.LogMean(0), path);
    });
}

using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Objectives;

/// <summary>The largest importance weight alone: Rényi's bound at α = −∞. Of K draws, the best explains the example.</summary>
[Part("vr-max", Paper = "Li and Turner 2016, Rényi Divergence Variational Inference, arXiv:1602.02311, section 4",
    Formula = "E maxₖ log p(x, zₖ) / q(zₖ|x)")]
public sealed record VrMaxSpec : BoundSpec
{
    /// <summary>Number K of importance samples. Paper: 5, 50.</summary>
    [Range(1, 10_000)]
    public int Samples { get; init; } = 5;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => ImportanceWeights.Needs;

    /// <inheritdoc/>
    /// <remarks>It is no lower bound: with many draws it is above the evidence, except under the exact posterior.</remarks>
    public override Objective Build(LatentSpace latent, DataSpec data) =>
        new SampledBound(Samples, static (trace, _) => ImportanceWeights.Raise(trace.LogWeight.amax([0L]), trace));
}

using System.ComponentModel.DataAnnotations;
using VaeSharp.Numerics;

namespace VaeSharp.Objectives;

/// <summary>
/// The importance-weighted bound with an encoder's gradient that gets clearer with more draws, where the plain one drowns in noise (DReG).
/// </summary>
[Part("iwae-dreg",
    Paper = "Tucker et al. 2019, Doubly Reparameterized Gradient Estimators for Monte Carlo Objectives, arXiv:1810.04152, section 3",
    Formula = "encoder: Σ w̃ₖ² ∂ log wₖ / ∂zₖ · ∂zₖ / ∂φ;  decoder: Σ w̃ₖ ∂ log wₖ / ∂θ")]
public sealed record DregIwaeSpec : BoundSpec
{
    /// <summary>Number K of importance samples. Paper: 64.</summary>
    [Range(1, 10_000)]
    public int Samples { get; init; } = 64;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => ImportanceWeights.NeedsOfPaths;

    /// <inheritdoc/>
    /// <remarks>
    /// Both gradients come from one backward pass: that of the bound arrives at z_k with the weight w̃_k, and a gate multiplies it by w̃_k
    /// once more. What the prior takes from the encoder, as VampPrior's pseudo-inputs do, is a parameter of log w and keeps the weight
    /// w̃_k. A penalty's gradient passes no gate: see <see cref="Models.Trace.Ungated"/>.
    /// </remarks>
    public override Objective Build(LatentSpace latent, DataSpec data) => new SampledBound(Samples, static (trace, _) =>
    {
        var gate = new GradientGate();
        var path = trace.AlongDraws(gate);
        var logWeight = path.LogWeight;                                                          // [K, B]
        gate.Factor = logWeight.detach().softmax(0);                                             // w̃
        return ImportanceWeights.Raise(logWeight.LogMean(0), path);
    });
}

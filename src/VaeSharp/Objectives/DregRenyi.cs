using System.ComponentModel.DataAnnotations;
using VaeSharp.Numerics;

namespace VaeSharp.Objectives;

/// <summary>
/// Rényi's bound of order α with an encoder's gradient that gets clearer with more draws, where the plain one drowns in noise.
/// </summary>
[Part("renyi-dreg",
    Paper = "Daudel et al. 2023, Alpha-divergence Variational Inference Meets Importance Weighted Auto-Encoders, arXiv:2210.06226",
    Formula = "encoder: Σ (α w̃ₖ + (1 − α) w̃ₖ²) ∂ log wₖ / ∂zₖ · ∂zₖ / ∂φ,  w̃ ∝ w^(1 − α);  decoder: Σ w̃ₖ ∂ log wₖ / ∂θ")]
public sealed record DregRenyiSpec : BoundSpec
{
    /// <summary>Order α: 0 is the importance-weighted bound, 1 the evidence lower bound. Paper: 0 to 1.</summary>
    [Range(-1e6, 1e6)]
    public double Alpha { get; init; } = 0.5;

    /// <summary>Number K of importance samples.</summary>
    [Range(1, 10_000)]
    public int Samples { get; init; } = 64;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => ImportanceWeights.NeedsOfPaths;

    /// <inheritdoc/>
    /// <remarks>
    /// One backward pass, as in <see cref="DregIwaeSpec"/>, which is α = 0: the bound's gradient arrives at z_k with the weight w̃_k, and
    /// the gate multiplies it by α + (1 − α) w̃_k. At α = 1 that is 1: sticking the landing.
    /// </remarks>
    public override Objective Build(LatentSpace latent, DataSpec data) => new SampledBound(Samples, (trace, _) =>
    {
        var (gate, s) = (new GradientGate(), 1 - Alpha);
        var path = trace.AlongDraws(gate);
        var logWeight = path.LogWeight;                                                          // [K, B]
        gate.Factor = Alpha + s * (s * logWeight.detach()).softmax(0);                           // α + (1 − α) w̃
        return ImportanceWeights.Raise(RenyiSpec.LogPowerMean(logWeight, s), path);
    });
}

using System.ComponentModel.DataAnnotations;
using VaeSharp.Models;
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
    public override Objective Build() => new DregRenyi(this);
}

/// <summary>
/// 1/(1 − α) log (1/K) Σ w_k^(1 − α) with the doubly reparameterised gradient. Daudel et al. 2023. Its value is Rényi's bound.
/// </summary>
/// <remarks>
/// One backward pass, as in <see cref="DregIwae"/>, which is α = 0: the bound's gradient arrives at z_k with the weight w̃_k, and
/// the gate multiplies it by α + (1 − α) w̃_k. At α = 1 that is 1: sticking the landing.
/// </remarks>
public sealed class DregRenyi : Objective
{
    private readonly DregRenyiSpec spec;

    /// <summary>Makes the bound.</summary>
    public DregRenyi(DregRenyiSpec spec) : base(nameof(DregRenyi))
    {
        this.spec = spec;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override int Samples => spec.Samples;

    /// <inheritdoc/>
    public override Losses Compute(Autoencoder model, Trace trace, Progress progress)
    {
        var (gate, s) = (new GradientGate(), 1 - spec.Alpha);
        var path = trace.AlongDraws(gate);
        var logWeight = path.LogWeight;                                                          // [K, B]
        gate.Factor = spec.Alpha + s * (s * logWeight.detach()).softmax(0);                      // α + (1 − α) w̃
        return ImportanceWeights.Raise(Renyi.LogPowerMean(logWeight, s), path);
    }
}

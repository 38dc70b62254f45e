using System.ComponentModel.DataAnnotations;
using VaeSharp.Models;

namespace VaeSharp.Objectives;

/// <summary>Each unit, through a sigmoid, is drawn to a small mean activation over the batch (sparse autoencoder).</summary>
[Part("sparse-kl", Paper = "Ng 2011, Sparse autoencoder, CS294A lecture notes, section 3",
    Formula = "β Σⱼ KL(ρ ‖ ρ̂ⱼ),  ρ̂ = mean of σ(z)")]
public sealed record SparseActivationSpec : PenaltySpec
{
    /// <summary>Weight β. Lecture notes' exercise: 3.</summary>
    [Range(0, 1e6)]
    public Schedule Weight { get; init; } = 3;

    /// <summary>Mean activation ρ that units are drawn to. Lecture notes: 0.05.</summary>
    [Range(0, 1, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double Activation { get; init; } = 0.05;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.Reparameterised | Traits.Euclidean)];

    /// <inheritdoc/>
    public override Objective Build(LatentSpace latent) => new WeightedPenalty("sparse-kl", Weight, Divergence);

    // Σⱼ KL(ρ ‖ ρ̂ⱼ) of two coins. Logarithms of means are taken as such, so that units which are off everywhere cost a finite amount.
    private Tensor Divergence(Autoencoder model, Trace trace, Progress progress)
    {
        var z = trace.Codes.flatten(0, 1).flatten(1);                                            // [SB, Z]
        var (rho, count) = (Activation, Math.Log(z.size(0)));
        var logOn = nn.functional.logsigmoid(z).logsumexp(0) - count;                            // log ρ̂              [Z]
        var logOff = nn.functional.logsigmoid(-z).logsumexp(0) - count;                          // log(1 − ρ̂)         [Z]
        return (rho * (Math.Log(rho) - logOn) + (1 - rho) * (Math.Log(1 - rho) - logOff)).sum();
    }
}

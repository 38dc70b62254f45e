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
    public override Objective Build(LatentSpace latent) => new SparseActivation(this);
}

/// <summary>β Σⱼ KL(ρ ‖ ρ̂ⱼ) of two coins.</summary>
public sealed class SparseActivation : Objective
{
    private readonly SparseActivationSpec spec;

    /// <summary>Makes the penalty.</summary>
    public SparseActivation(SparseActivationSpec spec) : base(nameof(SparseActivation))
    {
        this.spec = spec;
        RegisterComponents();
    }

    /// <inheritdoc/>
    /// <remarks>Logarithms of means are taken as such, so that units which are off everywhere cost a finite amount.</remarks>
    public override Losses Compute(Autoencoder model, Trace trace, Progress progress)
    {
        var z = trace.Latents[0].Draw.Z.flatten(0, 1).flatten(1);                                // [SB, Z]
        var (rho, count) = (spec.Activation, Math.Log(z.size(0)));
        var logOn = nn.functional.logsigmoid(z).logsumexp(0) - count;                            // log ρ̂              [Z]
        var logOff = nn.functional.logsigmoid(-z).logsumexp(0) - count;                          // log(1 − ρ̂)         [Z]
        var divergence = (rho * (Math.Log(rho) - logOn) + (1 - rho) * (Math.Log(1 - rho) - logOff)).sum();
        return Losses.Minimise(spec.Weight.At(progress) * divergence).Log("sparse-kl", divergence);
    }
}

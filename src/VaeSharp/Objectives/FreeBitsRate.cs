using System.ComponentModel.DataAnnotations;
using VaeSharp.Models;

namespace VaeSharp.Objectives;

/// <summary>Divergence up to λ costs nothing more than λ, so that units are not switched off.</summary>
[Part("free-bits", Paper = "Kingma et al. 2016, Improving Variational Inference with Inverse Autoregressive Flow, arXiv:1606.04934, eq. 15",
    Formula = "Σⱼ max(λ, KLⱼ)")]
public sealed record FreeBitsRate : RateSpec
{
    /// <summary>Free divergence λ, in nats, for each unit or for the whole. Paper: 0.125 to 2.</summary>
    [Range(0, 1e6)]
    public Schedule Lambda { get; init; } = 0.5;

    /// <summary>What λ is granted to.</summary>
    public Granted Per { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs =>
        Per == Granted.Unit ? [new("posterior", Traits.Factorises), new("prior", Traits.Factorises)] : [];

    /// <inheritdoc/>
    public override Tensor Of(LatentTerm latent, Progress progress)
    {
        var divergence = Per == Granted.Unit
            ? latent.DivergenceByUnit!.flatten(2).mean([0, 1])                                   // KLⱼ, over the minibatch  [Z]
            : latent.Divergence.mean();                                                          // KL                       []
        return divergence.clamp_min(Lambda.At(progress)).sum();
    }
}

/// <summary>What a free amount is granted to.</summary>
public enum Granted
{
    /// <summary>Each latent unit.</summary>
    Unit,

    /// <summary>The latent variable as a whole.</summary>
    Term,
}

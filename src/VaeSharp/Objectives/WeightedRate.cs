using System.ComponentModel.DataAnnotations;
using VaeSharp.Models;

namespace VaeSharp.Objectives;

/// <summary>The divergence, times β. β = 1 is the evidence lower bound.</summary>
[Part("weighted",
    Paper = "Higgins et al. 2017, beta-VAE: Learning Basic Visual Concepts with a Constrained Variational Framework, ICLR, eq. 4",
    Formula = "β KL")]
public sealed record WeightedRate : RateSpec
{
    /// <summary>Weight β; 1 is the bound. β-VAE: 1 to 250.</summary>
    [Range(0, 1e6)]
    public Schedule Beta { get; init; } = 1;

    /// <inheritdoc/>
    public override Tensor Of(LatentTerm latent, Progress progress) => Beta.At(progress) * latent.Divergence.mean();
}

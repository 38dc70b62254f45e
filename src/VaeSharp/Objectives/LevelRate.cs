using System.ComponentModel.DataAnnotations;
using VaeSharp.Models;

namespace VaeSharp.Objectives;

/// <summary>Each latent variable of a hierarchy has a weight of its own on its divergence, beside the β of all.</summary>
[Part("by-level", Paper = "Sønderby et al. 2016, Ladder Variational Autoencoders, arXiv:1602.02282",
    Formula = "β Σ_l w_l KL_l")]
public sealed record LevelRate : RateSpec
{
    /// <summary>Weights w of z₁, z₂ …; the last is that of all further ones, and without any all are 1. Paper: 1.</summary>
    [Range(0, 1e6)]
    public IReadOnlyList<double> Weights { get; init; } = [];

    /// <summary>
    /// Weight β of all. Paper: 0 to 1 over the first 200 of 2,000 epochs, so that upper variables are not given up at the start.
    /// </summary>
    [Range(0, 1e6)]
    public Schedule Beta { get; init; } = 1;

    /// <inheritdoc/>
    public override Tensor Of(LatentTerm latent, Progress progress) =>
        Beta.At(progress) * WeightOf(latent.Level) * latent.Divergence.mean();

    private double WeightOf(int level) => Weights.Count == 0 ? 1 : Weights[Math.Min(level, Weights.Count) - 1];
}

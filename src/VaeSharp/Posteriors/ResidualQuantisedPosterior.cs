using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Posteriors;

/// <summary>The nearest code, then the nearest to what it leaves, and so on; codebooks are running averages.</summary>
[Part("residual-quantised", Paper = "Zeghidour et al. 2021, SoundStream: An End-to-End Neural Audio Codec, arXiv:2107.03312, algorithm 1",
    Formula = "z = Σ eₛ, eₛ nearest to rₛ, r₁ = f(x), rₛ₊₁ = rₛ − eₛ;  β Σ ‖rₛ − sg[eₛ]‖²")]
public sealed record ResidualQuantisedPosteriorSpec : AveragedPosteriorSpec
{
    /// <summary>Number of stages, each with a codebook of its own. Paper: 4 to 80, 8 in most of it.</summary>
    [Range(1, 256)]
    public int Stages { get; init; } = 4;

    private protected override Quantiser Quantiser(long units) => new ResidualQuantiser(
        Enumerable.Range(0, Stages).Select(_ => Codebook(units)), Commitment, Gradient);
}

using System.ComponentModel.DataAnnotations;
using VaeSharp.Flows;

namespace VaeSharp.Priors;

/// <summary>A learned density of coupling layers, fast to evaluate and to draw from.</summary>
[Part("real-nvp", Paper = "Dinh, Sohl-Dickstein and Bengio 2017, Density Estimation using Real NVP, arXiv:1605.08803, eq. 9",
    Formula = "u = b ⊙ z + (1 − b) ⊙ (z ⊙ exp s(b ⊙ z) + t(b ⊙ z)), K times, to N(0, I)")]
public sealed record RealNvpPriorSpec : PriorSpec
{
    /// <summary>Number K of coupling layers; 0 is the standard normal prior.</summary>
    [Range(0, 1000)]
    public int Layers { get; init; } = 6;

    /// <summary>Widths of the hidden layers of each coupling's network.</summary>
    [Range(1, 65_536)]
    public IReadOnlyList<long> Hidden { get; init; } = [128];

    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAnywhere | Traits.Reparameterised | Traits.Euclidean | Traits.TwiceDifferentiable;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.Euclidean)];

    /// <inheritdoc/>
    public override Prior Build(LatentSpace latent, DataSpec data) =>
        new FlowPrior(latent, Enumerable.Range(0, Layers).Select(k => new AffineCoupling(latent, k % 2, Hidden)));
}

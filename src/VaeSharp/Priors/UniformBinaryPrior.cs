using VaeSharp.Distributions;

namespace VaeSharp.Priors;

/// <summary>Independent zeros and ones, both alike.</summary>
[Part("uniform-binary", Paper = "Maddison, Mnih and Teh 2017, The Concrete Distribution: A Continuous Relaxation of Discrete Random "
    + "Variables, arXiv:1611.00712", Formula = "p(z) = ∏ Bern(½)")]
public sealed record UniformBinaryPriorSpec : PriorSpec
{
    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAnywhere | Traits.Factorises | Traits.Fixed | Traits.Binary;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.Binary)];

    /// <inheritdoc/>
    public override Prior Build(LatentSpace latent, DataSpec data) =>
        new FixedPrior(device => new Bernoulli(zeros(latent.Size, device: device), 1));
}

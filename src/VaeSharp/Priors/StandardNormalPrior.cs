using VaeSharp.Distributions;

namespace VaeSharp.Priors;

/// <summary>Independent standard normal units.</summary>
[Part("standard-normal", Paper = "Kingma and Welling 2014, Auto-Encoding Variational Bayes, arXiv:1312.6114", Formula = "p(z) = N(0, I)")]
public sealed record StandardNormalPriorSpec : PriorSpec
{
    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAnywhere | Traits.Factorises | Traits.Reparameterised | Traits.Euclidean
        | Traits.TwiceDifferentiable | Traits.Fixed;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.Euclidean)];

    /// <inheritdoc/>
    public override Prior Build(LatentSpace latent, DataSpec data) =>
        new FixedPrior(device => new StandardNormal(latent.Shape, device));
}

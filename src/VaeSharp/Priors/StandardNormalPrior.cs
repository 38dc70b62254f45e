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
    public override Prior Build(LatentSpace latent, DataSpec data) => new StandardNormalPrior(latent);
}

/// <summary>p(z) = N(0, I).</summary>
public sealed class StandardNormalPrior : Prior
{
    private readonly LatentSpace latent;

    /// <summary>Makes the prior over a space of codes.</summary>
    public StandardNormalPrior(LatentSpace latent) : base(nameof(StandardNormalPrior))
    {
        this.latent = latent;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Distribution For(EncodeAt encode, Tensor? labels, Device device) => new StandardNormal(latent.Shape, device);
}

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
    public override Prior Build(LatentSpace latent, DataSpec data) => new UniformBinaryPrior(latent);
}

/// <summary>p(z) = ∏ Bern(½).</summary>
public sealed class UniformBinaryPrior : Prior
{
    private readonly LatentSpace latent;

    /// <summary>Makes the prior over a space of codes.</summary>
    public UniformBinaryPrior(LatentSpace latent) : base(nameof(UniformBinaryPrior))
    {
        this.latent = latent;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Distribution For(EncodeAt encode, Tensor? labels, Device device) =>
        new Bernoulli(zeros(latent.Size, device: device), 1);
}

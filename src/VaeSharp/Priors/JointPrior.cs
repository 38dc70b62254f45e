using VaeSharp.Distributions;

namespace VaeSharp.Priors;

/// <summary>Standard normal units, and choices of all categories alike.</summary>
[Part("joint", Paper = "Dupont 2018, Learning Disentangled Joint Continuous and Discrete Representations, arXiv:1804.00104, eq. 5",
    Formula = "p(z, c) = N(0, I) ∏ Cat(1/K)")]
public sealed record JointPriorSpec : PriorSpec
{
    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAnywhere | Traits.Factorises | Traits.Fixed | Traits.Mixed;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.Mixed)];

    /// <inheritdoc/>
    public override Prior Build(LatentSpace latent, DataSpec data) => new JointPrior(latent);
}

/// <summary>p(z, c) = N(0, I) ∏ Cat(1/K).</summary>
public sealed class JointPrior : Prior
{
    private readonly LatentSpace latent;

    /// <summary>Makes the prior over a space of codes.</summary>
    public JointPrior(LatentSpace latent) : base(nameof(JointPrior))
    {
        this.latent = latent;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Distribution For(EncodeAt encode, Tensor? labels, Device device)
    {
        var discrete = latent.Categories.Sum();
        var continuous = latent.Size - discrete;
        var choices = latent.Categories.Select(count => ((Distribution)new Categorical(zeros(1, count, device: device)), count));
        return new Product((new StandardNormal([continuous], device), continuous), (new Product([.. choices]), discrete));
    }
}

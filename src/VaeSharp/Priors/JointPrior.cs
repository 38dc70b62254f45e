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
    public override Prior Build(LatentSpace latent, DataSpec data)
    {
        var discrete = latent.Categories.Sum();
        var continuous = latent.Size - discrete;
        return new FixedPrior(device => new Product((new StandardNormal([continuous], device), continuous), (Choices(device), discrete)));

        Product Choices(Device device) =>
            new([.. latent.Categories.Select(count => ((Distribution)new Categorical(zeros(1, count, device: device)), count))]);
    }
}

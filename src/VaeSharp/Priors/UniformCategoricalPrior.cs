using VaeSharp.Distributions;

namespace VaeSharp.Priors;

/// <summary>Independent choices, of all categories alike.</summary>
[Part("uniform-categorical", Paper = "Jang, Gu and Poole 2017, Categorical Reparameterization with Gumbel-Softmax, arXiv:1611.01144",
    Formula = "p(z) = ∏ Cat(1/K)")]
public sealed record UniformCategoricalPriorSpec : PriorSpec
{
    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAnywhere | Traits.Factorises | Traits.Fixed | Traits.OneHot;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.OneHot)];

    /// <inheritdoc/>
    public override Prior Build(LatentSpace latent, DataSpec data) =>
        new FixedPrior(device => new Categorical(zeros(latent.Categories.Count, latent.Categories[0], device: device)));
}

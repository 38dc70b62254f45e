using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;

namespace VaeSharp.Priors;

/// <summary>Shares of all units alike: the smaller the concentration, the fewer units have most of the sum.</summary>
[Part("dirichlet", Paper = "Joo et al. 2019, Dirichlet Variational Autoencoder, arXiv:1901.02739",
    Formula = "p(z) = Dir(α, …, α)")]
public sealed record DirichletPriorSpec : PriorSpec
{
    /// <summary>Concentration α of each unit; at 1 all shares are alike.</summary>
    [Range(1e-2, 1e4)]
    public double Concentration { get; init; } = 0.99;

    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAnywhere | Traits.Reparameterised | Traits.Fixed | Traits.Simplex;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.Simplex)];

    /// <inheritdoc/>
    public override Prior Build(LatentSpace latent, DataSpec data) =>
        new FixedPrior(device => new Dirichlet(full(latent.Size, Concentration, dtype: float32, device: device)));
}

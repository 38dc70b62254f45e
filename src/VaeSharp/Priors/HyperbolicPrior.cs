using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;

namespace VaeSharp.Priors;

/// <summary>A distribution in hyperbolic space, about its origin.</summary>
public abstract record HyperbolicPriorSpec : PriorSpec
{
    /// <summary>σ, in units of distance. Paper: 1; 1.7 on its trees.</summary>
    [Range(1e-3, 100)]
    public double Scale { get; init; } = 1;

    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAnywhere | Traits.Reparameterised | Traits.Hyperbolic | Traits.Fixed;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.Hyperbolic)];

    /// <inheritdoc/>
    public override Prior Build(LatentSpace latent, DataSpec data) => new FixedPrior(device => Family(latent, device));

    /// <summary>The distribution on a device.</summary>
    protected abstract Distribution Family(LatentSpace latent, Device device);
}

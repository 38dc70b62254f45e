using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;

namespace VaeSharp.Priors;

/// <summary>Independent positive units.</summary>
[Part("gamma",
    Paper = "Knowles 2015, Stochastic gradient variational Bayes for gamma approximating distributions, arXiv:1509.01631",
    Formula = "p(z) = ∏ Γ(α, β)")]
public sealed record GammaPriorSpec : PriorSpec
{
    /// <summary>Concentration α.</summary>
    [Range(1e-2, 1e4)]
    public double Concentration { get; init; } = 2;

    /// <summary>Rate β.</summary>
    [Range(1e-2, 1e4)]
    public double Rate { get; init; } = 1;

    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAnywhere | Traits.Factorises | Traits.Reparameterised | Traits.Fixed | Traits.Positive;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.Positive)];

    /// <inheritdoc/>
    public override Prior Build(LatentSpace latent, DataSpec data) => new GammaPrior(this, latent);
}

/// <summary>p(z) = ∏ Γ(α, β).</summary>
public sealed class GammaPrior : Prior
{
    private readonly GammaPriorSpec spec;
    private readonly LatentSpace latent;

    /// <summary>Makes the prior over a space of codes.</summary>
    public GammaPrior(GammaPriorSpec spec, LatentSpace latent) : base(nameof(GammaPrior))
    {
        (this.spec, this.latent) = (spec, latent);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Distribution For(EncodeAt encode, Tensor? labels, Device device)
    {
        return new Gamma(Of(spec.Concentration), Of(spec.Rate));

        Tensor Of(double value) => full(latent.Size, value, dtype: float32, device: device);
    }
}

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
    public override Prior Build(LatentSpace latent, DataSpec data)
    {
        return new FixedPrior(device => new Gamma(Of(Concentration, device), Of(Rate, device)));

        Tensor Of(double value, Device device) => full(latent.Size, value, dtype: float32, device: device);
    }
}

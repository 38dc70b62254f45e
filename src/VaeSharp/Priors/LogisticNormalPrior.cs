using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;

namespace VaeSharp.Priors;

/// <summary>Shares that are the softmax of normal numbers.</summary>
[Part("logistic-normal", Paper = "Srivastava and Sutton 2017, Autoencoding Variational Inference for Topic Models, arXiv:1703.01488",
    Formula = "z = softmax(Vu), u ~ N(0, s² I)")]
public sealed record LogisticNormalPriorSpec : PriorSpec
{
    /// <summary>Standard deviation s of the normal numbers. At 1, z is as the softmax of independent standard normal logits.</summary>
    [Range(1e-3, 1e3)]
    public double Scale { get; init; } = 1;

    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAnywhere | Traits.Reparameterised | Traits.TwiceDifferentiable | Traits.Fixed
        | Traits.Simplex;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.Simplex)];

    /// <inheritdoc/>
    public override Prior Build(LatentSpace latent, DataSpec data) =>
        new FixedPrior(device => new LogisticNormal(new Normal(zeros(latent.Size - 1, device: device),
            full(latent.Size - 1, 2 * Math.Log(Scale), dtype: float32, device: device))));
}

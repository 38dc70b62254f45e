using System.ComponentModel.DataAnnotations;
using VaeSharp.Likelihoods;
using VaeSharp.Models;
using VaeSharp.Priors;

namespace VaeSharp.Objectives;

/// <summary>The squared weights of the decoder (RAE-L2): a decoder with small weights changes slowly between codes.</summary>
[Part("decoder-weights", Paper = "Ghosh et al. 2020, From Variational to Deterministic Autoencoders, arXiv:1903.12436, section 4.1",
    Formula = "λ ‖θ‖²")]
public sealed record DecoderWeightsSpec : PenaltySpec
{
    /// <summary>
    /// Weight λ. The paper's code has a mean over the 1,024 pixels of its MNIST where losses here are sums: its 10⁻⁷ is 1.024 · 10⁻⁴ here.
    /// </summary>
    [Range(0, 1e6)]
    public Schedule Weight { get; init; } = 1.024e-4;

    /// <inheritdoc/>
    public override Objective Build(LatentSpace latent) => new WeightedPenalty("decoder-weights", Weight, SquaredNorm);

    // ‖θ‖² of the decoder; a prior or a likelihood that learns is left alone.
    private static Tensor SquaredNorm(Autoencoder model, Trace trace, Progress progress) =>
        model.Side(Side.Generation).Where(part => part is not (Prior or Likelihood)).SelectMany(part => part.parameters())
            .Select(weight => weight.square().sum()).Aggregate(zeros([], device: trace.Batch.X.device), (sum, term) => sum + term);
}

using System.ComponentModel.DataAnnotations;
using VaeSharp.Models;
using VaeSharp.Numerics;

namespace VaeSharp.Objectives;

/// <summary>How much the decoded mean changes with the code (RAE-GP): a smooth decoder draws well between codes.</summary>
/// <remarks>
/// The paper has the norm of the decoder's Jacobian. Its code takes the gradient of the squared outputs' sum, 2 Jᵀ x̂, which is another
/// thing; here it is ‖J‖²_F, by random signs.
/// </remarks>
[Part("decoder-gradient", Paper = "Ghosh et al. 2020, From Variational to Deterministic Autoencoders, arXiv:1903.12436, eq. 10",
    Formula = "λ ‖∂D(z)/∂z‖²_F")]
public sealed record DecoderGradientSpec : PenaltySpec
{
    /// <summary>Weight λ. The paper searches it by the data; its code's is of another quantity.</summary>
    [Range(0, 1e6)]
    public Schedule Weight { get; init; } = 1e-3;

    /// <summary>Number of passes backwards that the norm is estimated from.</summary>
    [Range(1, 10_000)]
    public int Probes { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs =>
    [
        new("posterior", Traits.Euclidean | Traits.TwiceDifferentiable),
        new("likelihood", Traits.TwiceDifferentiable),
        new("network", Traits.IndependentExamples),
    ];

    /// <inheritdoc/>
    public override Objective Build(LatentSpace latent) => new WeightedPenalty("decoder-gradient", Weight, SquaredNorm);

    // What the pass has decoded for the bound is not decoded again, unless its gradients are scaled on their way.
    private Tensor SquaredNorm(Autoencoder model, Trace trace, Progress progress)
    {
        var z = trace.Codes;                                                                     // [S, B, Z]
        var squares = Jacobian.Squares(Decode, z, progress.Noise, Probes);
        return squares.flatten(2).sum(dim: 2L).mean();                                           // ‖∂D(z)/∂z‖²_F

        Tensor Decode(Tensor code) => (ReferenceEquals(code, z) ? trace.Ungated : model.Decode(code, trace.Batch.Labels)).Mean;
    }
}

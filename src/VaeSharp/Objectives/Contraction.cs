using System.ComponentModel.DataAnnotations;
using VaeSharp.Models;
using VaeSharp.Numerics;

namespace VaeSharp.Objectives;

/// <summary>How much the code changes with the example (contractive autoencoder): only what tells examples apart shall move it.</summary>
/// <remarks>
/// The paper's one sigmoid layer has the norm in closed form. For any encoder it takes a pass backwards for each unit, or fewer from
/// random signs, as here. The code is the mean of q(z|x), at what the encoder saw.
/// </remarks>
[Part("contractive", Paper = "Rifai et al. 2011, Contractive Auto-Encoders: Explicit Invariance During Feature Extraction, ICML, eq. 2",
    Formula = "λ ‖∂μ(x)/∂x‖²_F")]
public sealed record ContractionSpec : PenaltySpec
{
    /// <summary>Weight λ. The paper searches it by the data.</summary>
    [Range(0, 1e6)]
    public Schedule Weight { get; init; } = 0.1;

    /// <summary>Number of passes backwards that the norm is estimated from.</summary>
    [Range(1, 10_000)]
    public int Probes { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs =>
    [
        new("posterior", Traits.Euclidean | Traits.TwiceDifferentiable),
        new("network", Traits.IndependentExamples),
        new("hierarchy", Traits.IndependentExamples),
    ];

    /// <inheritdoc/>
    public override Objective Build(LatentSpace latent) => new WeightedPenalty("contractive", Weight, SquaredNorm);

    private Tensor SquaredNorm(Autoencoder model, Trace trace, Progress progress)
    {
        var squares = Jacobian.Squares(Encode, trace.Batch.Input, progress.Noise, Probes);       // [B, *shape]
        return squares.flatten(1).sum(dim: 1L).mean();                                           // ‖∂μ(x)/∂x‖²_F

        Tensor Encode(Tensor x) => model.Encode(trace.Batch with { Corrupted = x }, progress).Mean;
    }
}

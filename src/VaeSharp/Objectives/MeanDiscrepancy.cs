using System.ComponentModel.DataAnnotations;
using VaeSharp.Models;

namespace VaeSharp.Objectives;

/// <summary>The maximum mean discrepancy of codes and draws from the model's own prior (InfoVAE, WAE-MMD).</summary>
/// <remarks>
/// Zhao, Song and Ermon 2019, InfoVAE, arXiv:1706.02262; Tolstikhin et al. 2018, Wasserstein Auto-Encoders, arXiv:1711.01558, algorithm 2.
/// </remarks>
[Part("mmd", Paper = "Gretton et al. 2012, A Kernel Two-Sample Test, JMLR 13, eq. 3", Formula = "λ MMD²(q(z), p(z))")]
public sealed record MeanDiscrepancySpec : PenaltySpec
{
    /// <summary>Weight λ. WAE: 10 on MNIST, 100 on CelebA. Of InfoVAE it is α + λ − 1, with λ = 1000 on MNIST.</summary>
    [Range(0, 1e6)]
    public Schedule Weight { get; init; } = 10;

    /// <summary>The kernel.</summary>
    public KernelSpec Kernel { get; init; } = new ImqKernel();

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs =>
        [new("posterior", Traits.Reparameterised | Traits.Euclidean), new("prior", Traits.Euclidean)];

    /// <inheritdoc/>
    public override bool MatchesPrior => true;

    /// <inheritdoc/>
    public override Objective Build(LatentSpace latent) => new WeightedPenalty("mmd", Weight, Term);

    private Tensor Term(Autoencoder model, Trace trace, Progress progress)
    {
        var z = trace.Codes.flatten(2);                                                          // [S, B, Z]
        return Between(z, PriorDraws.Like(z, model, trace, progress), Kernel).mean();
    }

    /// <summary>
    /// The unbiased estimate of MMD² from as many draws of each distribution; it can be negative. One draw tells nothing: 0. Gretton et
    /// al. 2012, eq. 3; with all pairs of an a and a b, as algorithm 2 of the WAE paper.
    /// </summary>
    /// <param name="a">[S, B, Z].</param>
    /// <param name="b">[S, B, Z].</param>
    /// <param name="kernel">k.</param>
    /// <returns>[S].</returns>
    internal static Tensor Between(Tensor a, Tensor b, KernelSpec kernel)
    {
        using var scope = NewDisposeScope();
        var (n, units) = (a.size(1), a.size(2));
        if (n < 2)
            return (0 * a.sum([1L, 2L])).MoveToOuterDisposeScope();
        var others = 1 - eye(n, device: a.device);                                               // each with all but itself
        var within = (Kernel(a, a) + Kernel(b, b)) * others / (n * (n - 1.0));
        return (within - Kernel(a, b) * (2.0 / (n * n))).sum([1L, 2L]).MoveToOuterDisposeScope();

        Tensor Kernel(Tensor x, Tensor y) => kernel.Of(SquaredDistance(x, y), units);            // [S, B, B]
    }

    // ‖x‖² − 2 xᵀy + ‖y‖², which rounding may take below 0.
    private static Tensor SquaredDistance(Tensor x, Tensor y) =>
        (x.square().sum(-1, keepdim: true) - 2 * x.bmm(y.transpose(1, 2)) + y.square().sum(-1).unsqueeze(1)).clamp_min(0);
}

using System.ComponentModel.DataAnnotations;
using VaeSharp.Models;

namespace VaeSharp.Objectives;

/// <summary>
/// Mutual information, total correlation and dimension-wise divergence of the codes, each with a weight of its own (β-TCVAE).
/// </summary>
/// <remarks>
/// KL(q(z|x) ‖ p(z)) is the sum of the three in the mean over the data. Objective elbo has that sum once, at rate weighted with β = 1, in
/// closed form where there is one; this part adds what is more than 1 of each weight, so that α = β = γ = 1 is the bound itself. Beside
/// another rate or objective the weights are not those in all: with rate weighted at b they are α + b − 1, β + b − 1 and γ + b − 1.
/// </remarks>
[Part("total-correlation", Paper = "Chen et al. 2018, Isolating Sources of Disentanglement in Variational Autoencoders, "
    + "arXiv:1802.04942, eq. 2 and 4",
    Formula = "(α − 1) I(x; z) + (β − 1) TC(q(z)) + (γ − 1) Σⱼ KL(q(zⱼ) ‖ p(zⱼ))")]
public sealed record TotalCorrelationSpec : PenaltySpec
{
    /// <summary>
    /// Weight α of the mutual information of example and code, in all, where the bound is elbo at rate weighted with 1. Paper: 1.
    /// </summary>
    [Range(0, 1e6)]
    public Schedule Alpha { get; init; } = 1;

    /// <summary>Weight β of the total correlation, in all, where the bound is elbo at rate weighted with 1. Paper: 6 on dSprites.</summary>
    [Range(0, 1e6)]
    public Schedule Beta { get; init; } = 6;

    /// <summary>Weight γ of the dimension-wise divergence, in all, where the bound is elbo at rate weighted with 1. Paper: 1.</summary>
    [Range(0, 1e6)]
    public Schedule Gamma { get; init; } = 1;

    /// <summary>How the density of codes over all data is estimated from a minibatch.</summary>
    public MinibatchSampling Sampling { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs =>
    [
        new("posterior", Traits.DensityAtOwnDraw | Traits.DensityAnywhere | Traits.Factorises | Traits.Reparameterised | Traits.Euclidean),
        new("prior", Traits.DensityAnywhere),
        new("hierarchy", Traits.OneVariable),
    ];

    /// <inheritdoc/>
    public override Objective Build(LatentSpace latent) => new TotalCorrelation(this);
}

/// <summary>(α − 1) I(x; z) + (β − 1) TC(q(z)) + (γ − 1) Σⱼ KL(q(zⱼ) ‖ p(zⱼ)). Chen et al. 2018, eq. 2.</summary>
public sealed class TotalCorrelation : Objective
{
    private readonly TotalCorrelationSpec spec;

    /// <summary>Makes the penalty.</summary>
    public TotalCorrelation(TotalCorrelationSpec spec) : base(nameof(TotalCorrelation))
    {
        this.spec = spec;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Losses Compute(Autoencoder model, Trace trace, Progress progress)
    {
        var latent = trace.Latents[0];
        var logQzx = latent.Draw.LogQ!;                                                          // log q(z|x)          [S, B]
        var logPz = latent.Prior.LogProb(latent.Draw.Z);                                         // log p(z)            [S, B]
        var (logQz, logProductQzj) = Aggregate(latent, spec.Sampling, progress.TrainingSetSize);
        var (information, correlation, dimensionWise) =
            ((logQzx - logQz).mean(), (logQz - logProductQzj).mean(), (logProductQzj - logPz).mean());
        var loss = (spec.Alpha.At(progress) - 1) * information + (spec.Beta.At(progress) - 1) * correlation
            + (spec.Gamma.At(progress) - 1) * dimensionWise;
        return Losses.Minimise(loss).Log("mutual-information", information).Log("total-correlation", correlation)
            .Log("dimension-wise-kl", dimensionWise);
    }

    /// <summary>log q(z) and log ∏ⱼ q(zⱼ) of the draws, where q(z) is the mean of q(z|x) over all N examples: [S, B] each.</summary>
    internal static (Tensor LogQz, Tensor LogProductQzj) Aggregate(LatentTerm latent, MinibatchSampling sampling, long count)
    {
        using var scope = NewDisposeScope();
        var z = latent.Draw.Z.unsqueeze(2);                                                      // [S, B, 1, *]
        var logQ = latent.Posterior.LogProbByUnit(z).flatten(3);                                 // log q(zᵢⱼ|xₘ)       [S, B, B, Z]
        var logW = MinibatchWeights.Log(sampling, logQ.size(1), count, logQ.device);             // [B, B]
        var logQz = (logQ.sum(dim: 3L) + logW).logsumexp(2);                                     // log q(z)            [S, B]
        var logProductQzj = (logQ + logW.unsqueeze(2)).logsumexp(2).sum(dim: 2L);                // log ∏ q(zⱼ)         [S, B]
        return (logQz.MoveToOuterDisposeScope(), logProductQzj.MoveToOuterDisposeScope());
    }
}

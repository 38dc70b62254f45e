using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Models;
using VaeSharp.Optimizers;

namespace VaeSharp.Objectives;

/// <summary>The evidence lower bound for posteriors without a density: a critic of pairs estimates log q(z|x) − log p(z).</summary>
/// <remarks>
/// With adaptive contrast the critic compares codes, shifted and scaled to mean 0 and variance 1 by the moments of q(z|x), with normal
/// numbers, which leaves less to tell than the prior does. The moments are estimated from K draws, and pass no gradient on; the critic, who
/// is not told them, misses what codes tell of these draws: the estimate of a normal q(z|x) is about 1/K nat too low for each unit.
/// Under a condition the critic is not told the label, which x tells him.
/// </remarks>
[Part("avb", Paper = "Mescheder, Nowozin and Geiger 2017, Adversarial Variational Bayes, arXiv:1701.04722, algorithm 1 and section 4",
    Formula = "E log p(x|z) − E [T(x, (z − m)/s) + log N(z; m, s²)/p(z)],  "
        + "T: max E log σ(T(x, (z − m)/s)) + E log (1 − σ(T(x, ε))),  ε ~ N(0, I)")]
public sealed record AdversarialBayesSpec : BoundSpec
{
    /// <summary>Number of draws that the moments for adaptive contrast are estimated from; 0 compares with the prior itself.</summary>
    [Range(0, 10_000)]
    public int Moments { get; init; } = 32;

    /// <summary>Number of the critic's hidden layers.</summary>
    [Range(0, 100)]
    public int Layers { get; init; } = 3;

    /// <summary>Width of the critic's hidden layers.</summary>
    [Range(1, 65_536)]
    public int Width { get; init; } = 512;

    /// <summary>How the critic moves. Paper: Adam with β₁ = 0.5, at up to twice the model's rate.</summary>
    public OptimizerSpec Optimizer { get; init; } = new AdamSpec { LearningRate = 1e-3, Beta1 = 0.5 };

    /// <inheritdoc/>
    public override bool MatchesPrior => true;

    /// <inheritdoc/>
    /// <remarks>The critic sees draws of the prior, which pass no gradient on: it cannot learn.</remarks>
    public override IReadOnlyList<Need> Needs =>
    [
        new("posterior", Traits.Reparameterised | Traits.Euclidean),
        new("prior", Traits.Euclidean | Traits.Fixed | (Moments > 0 ? Traits.DensityAnywhere : Traits.None)),
        new("hierarchy", Traits.OneVariable),
    ];

    /// <inheritdoc/>
    public override Objective Build(LatentSpace latent, DataSpec data) => new AdversarialBayes(this, latent, data);
}

/// <summary>E log p(x|z) − E T(x, z), with a critic T who is a player of his own. Mescheder et al. 2017, algorithm 1.</summary>
public sealed class AdversarialBayes : Objective
{
    private const string CriticPlayer = "pair-critic";

    // Far below what codes differ by, and above what single precision does to the variance of a constant.
    private const double LeastVariance = 1e-8;

    private readonly Critic critic;
    private readonly AdversarialBayesSpec spec;

    /// <summary>Makes the bound and its critic of examples and codes.</summary>
    public AdversarialBayes(AdversarialBayesSpec spec, LatentSpace latent, DataSpec data) : base(nameof(AdversarialBayes))
    {
        this.spec = spec;
        critic = new Critic(data.Size + latent.Size, spec.Layers, spec.Width);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Player> Players(Autoencoder model) =>
        [new(Player.Model, [model]), new(CriticPlayer, [critic], spec.Optimizer)];

    /// <inheritdoc/>
    /// <remarks>
    /// T is held while the model moves through its codes: the gradient of the best T by the posterior's own parameters is 0 on average
    /// (proposition 2).
    /// </remarks>
    public override Losses Compute(Autoencoder model, Trace trace, Progress progress)
    {
        var (z, reference, known) = Contrast(model, trace, progress);                            // [S, B, Z], [S, B, Z], [S, B]
        var x = trace.Batch.Input.flatten(1);                                                    // [B, D]
        var rate = T(x, z) + known;                                                              // log q(z|x) − log p(z)  [S, B]
        var loss = Critic.CrossEntropy(yes: T(x, z.detach()), no: T(x, reference));
        return Losses.Minimise(rate.mean() - trace.LogLikelihood.mean())
            .Log("reconstruction", -trace.LogLikelihood).Log("kl", rate).And(CriticPlayer, loss);
    }

    /// <summary>T(x, z): [B, D], [S, B, Z] → [S, B].</summary>
    private Tensor T(Tensor x, Tensor z)
    {
        var pairs = cat([x.unsqueeze(0).expand(z.size(0), -1, -1), z], dim: -1);                 // [S, B, D + Z]
        return critic.LogRatio(pairs.flatten(0, 1)).view(z.size(0), z.size(1));
    }

    /// <summary>
    /// Codes, what the critic is to tell them from, and what of log q(z|x) − log p(z) is known without him: log r(z|x) − log p(z) of a
    /// normal r with the moments of q(z|x). Mescheder et al. 2017, section 4.
    /// </summary>
    private (Tensor Z, Tensor Reference, Tensor Known) Contrast(Autoencoder model, Trace trace, Progress progress)
    {
        var (term, z) = (trace.Latents[0], trace.Latents[0].Draw.Z);
        if (spec.Moments == 0)
            return (z, PriorDraws.Like(z, model, trace, progress), zeros(z.size(0), z.size(1), device: z.device));
        var draws = term.Posterior.Sample(spec.Moments, progress.Noise);                         // [K, B, Z]
        var mean = draws.mean([0L]);
        var variance = (draws - mean).square().mean([0L]) + LeastVariance;
        var known = new Normal(mean, variance.log()).LogProb(z) - term.Prior.LogProb(z);
        return ((z - mean) / variance.sqrt(), progress.Noise.Normal(z.shape, z.device), known);
    }
}

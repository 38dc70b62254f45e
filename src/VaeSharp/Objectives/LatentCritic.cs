using System.ComponentModel.DataAnnotations;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Optimizers;

namespace VaeSharp.Objectives;

/// <summary>A critic tells codes from draws of the prior, and the encoder fools it (adversarial autoencoder, WAE-GAN).</summary>
/// <remarks>
/// Tolstikhin et al. 2018, Wasserstein Auto-Encoders, arXiv:1711.01558, algorithm 1. Where nobody can tell them apart, the codes of all
/// examples together follow the prior; the term is log 2 then.
/// </remarks>
[Part("latent-critic", Paper = "Makhzani et al. 2015, Adversarial Autoencoders, arXiv:1511.05644, section 2",
    Formula = "−λ E log D(z),  D: −½ E log D(z̃) − ½ E log (1 − D(z)),  z̃ ~ p(z)")]
public sealed record LatentCriticSpec : PenaltySpec
{
    /// <summary>Weight λ. WAE: 10 on MNIST, 1 on CelebA. Of the AAE none is known: it moves by the two terms in turn.</summary>
    [Range(0, 1e6)]
    public Schedule Weight { get; init; } = 10;

    /// <summary>Number of the critic's hidden layers. WAE: 4. AAE: 2.</summary>
    [Range(0, 100)]
    public int Layers { get; init; } = 4;

    /// <summary>Width of the critic's hidden layers. WAE: 512. AAE: 1000.</summary>
    [Range(1, 65_536)]
    public int Width { get; init; } = 512;

    /// <summary>How the critic moves. WAE on MNIST: Adam at 5 · 10⁻⁴, half the model's rate, with β₁ = 0.5.</summary>
    public OptimizerSpec Optimizer { get; init; } = new AdamSpec { LearningRate = 5e-4, Beta1 = 0.5 };

    /// <inheritdoc/>
    public override bool MatchesPrior => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs =>
        [new("posterior", Traits.Reparameterised | Traits.Euclidean), new("prior", Traits.Euclidean)];

    /// <inheritdoc/>
    public override Objective Build(LatentSpace latent) => new LatentCritic(this, latent);
}

/// <summary>−λ E log D(z), with a critic D who is a player of his own. Tolstikhin et al. 2018, algorithm 1.</summary>
public sealed class LatentCritic : Objective
{
    private const string CriticPlayer = "latent-critic";
    private readonly Critic critic;
    private readonly LatentCriticSpec spec;

    /// <summary>Makes the penalty and its critic.</summary>
    public LatentCritic(LatentCriticSpec spec, LatentSpace latent) : base(nameof(LatentCritic))
    {
        this.spec = spec;
        critic = new Critic(latent.Size, spec.Layers, spec.Width, Activation.Relu);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Player> Players(Autoencoder model) => [new(CriticPlayer, [critic], spec.Optimizer)];

    /// <inheritdoc/>
    /// <remarks>
    /// The encoder minimises −log D and not log (1 − D), whose gradient vanishes where the critic is sure: both papers' choice.
    /// </remarks>
    public override Losses Compute(Autoencoder model, Trace trace, Progress progress)
    {
        var codes = trace.Codes.flatten(2);                                                      // [S, B, Z]
        var drawn = PriorDraws.Like(codes, model, trace, progress).flatten(0, 1);                // z̃  [SB, Z]
        var z = codes.flatten(0, 1);                                                             // [SB, Z]
        var caught = Critic.Yes(critic.LogRatio(z)).mean();                                      // −E log D(z)
        var loss = Critic.CrossEntropy(yes: critic.LogRatio(drawn), no: critic.LogRatio(z.detach()));
        return Losses.Minimise(spec.Weight.At(progress) * caught).Log("caught", caught).And(CriticPlayer, loss);
    }
}

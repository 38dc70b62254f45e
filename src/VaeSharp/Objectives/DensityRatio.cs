using System.ComponentModel.DataAnnotations;
using VaeSharp.Models;
using VaeSharp.Optimizers;

namespace VaeSharp.Objectives;

/// <summary>Total correlation of the codes, from a critic that tells codes from codes whose units were shuffled (FactorVAE).</summary>
[Part("density-ratio", Paper = "Kim and Mnih 2018, Disentangling by Factorising, arXiv:1802.05983, eq. 2, 3 and algorithm 2",
    Formula = "γ E log D(z) / (1 − D(z))")]
public sealed record DensityRatioSpec : PenaltySpec
{
    /// <summary>Weight γ. Paper: 10 to 100; 35 on dSprites.</summary>
    [Range(0, 1e6)]
    public Schedule Gamma { get; init; } = 35;

    /// <summary>Number of the critic's hidden layers. Paper: 6.</summary>
    [Range(0, 100)]
    public int Layers { get; init; } = 6;

    /// <summary>Width of the critic's hidden layers. Paper: 1000.</summary>
    [Range(1, 65_536)]
    public int Width { get; init; } = 1000;

    /// <summary>How the critic moves. Paper: Adam at 10⁻⁴ with β₁ = 0.5 and β₂ = 0.9.</summary>
    public OptimizerSpec Optimizer { get; init; } = new AdamSpec { LearningRate = 1e-4, Beta1 = 0.5, Beta2 = 0.9 };

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.Reparameterised | Traits.Euclidean)];

    /// <inheritdoc/>
    public override Objective Build(LatentSpace latent) => new DensityRatio(this, latent);
}

/// <summary>γ · TC(q(z)), with the density-ratio trick. Kim and Mnih 2018, algorithm 2.</summary>
public sealed class DensityRatio : Objective
{
    private const string CriticPlayer = "critic";
    private readonly Critic critic;
    private readonly DensityRatioSpec spec;

    /// <summary>Makes the penalty and its critic.</summary>
    public DensityRatio(DensityRatioSpec spec, LatentSpace latent) : base(nameof(DensityRatio))
    {
        this.spec = spec;
        critic = new Critic(latent.Size, spec.Layers, spec.Width);
        RegisterComponents();
    }

    /// <inheritdoc/>
    /// <remarks>The critic's shuffled codes come from a batch of their own.</remarks>
    public override int Batches => 2;

    /// <inheritdoc/>
    public override IReadOnlyList<Player> Players(Autoencoder model) => [new(CriticPlayer, [critic], spec.Optimizer)];

    /// <inheritdoc/>
    public override Losses Compute(Autoencoder model, Trace trace, Progress progress)
    {
        var z = trace.Codes.flatten(0, 1);                                                       // [SB, Z]
        var totalCorrelation = critic.LogRatio(z).mean();                                        // E log D(z) / (1 − D(z))
        var losses = Losses.Minimise(spec.Gamma.At(progress) * totalCorrelation).Log("total-correlation", totalCorrelation);
        if (progress.Others.Count == 0)
            return losses;

        var other = model.Encode(model.Corrupt(progress.Others[0], progress), progress).Sample(1, progress.Noise).flatten(0, 1);
        var real = critic.LogRatio(z.detach());                                                  // log D / (1 − D)  [SB]
        var shuffled = critic.LogRatio(ShuffleUnits(other, progress.Noise));                     // [B]
        return losses.And(CriticPlayer, Critic.CrossEntropy(real, shuffled));
    }

    /// <summary>Each unit in an order of its own over the batch. Kim and Mnih 2018, algorithm 1.</summary>
    internal static Tensor ShuffleUnits(Tensor z, Noise noise)
    {
        var orders = Enumerable.Range(0, (int)z.size(1)).Select(_ => noise.Permutation(z.size(0), z.device)).ToArray();
        return z.gather(0, stack(orders, dim: 1));                                               // [B, Z]
    }
}

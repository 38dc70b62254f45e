using System.ComponentModel.DataAnnotations;
using VaeSharp.Models;

namespace VaeSharp.Objectives;

/// <summary>
/// The decoder raises the tight bound of all draws, the encoder the average of bounds of few: each what is best for its gradient.
/// </summary>
[Part("piwae", Paper = "Rainforth et al. 2018, Tighter Variational Bounds are Not Necessarily Better, arXiv:1802.04537",
    Formula = "decoder: E log (1/MK) Σ w;  encoder: E (1/M) Σₘ log (1/K) Σₖ wₘₖ")]
public sealed record PiwaeSpec : BoundSpec
{
    /// <summary>Number M of bounds that are averaged for the encoder. Paper: 8, of 64 draws together.</summary>
    [Range(1, 1000)]
    public int Groups { get; init; } = 8;

    /// <summary>Number K of importance samples of each of them. Paper: 8, of 64 draws together.</summary>
    [Range(1, 1000)]
    public int Samples { get; init; } = 8;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => ImportanceWeights.Needs;

    /// <inheritdoc/>
    public override Objective Build(LatentSpace latent, DataSpec data) => new Piwae(this);
}

/// <summary>L_MK for the decoder's side, (1/M) Σₘ L_K for the encoder's. Rainforth et al. 2018.</summary>
/// <remarks>Both from one pass. The loss that is reported is the decoder's: the tighter bound on the evidence.</remarks>
public sealed class Piwae : Objective
{
    private readonly PiwaeSpec spec;

    /// <summary>Makes the two bounds.</summary>
    public Piwae(PiwaeSpec spec) : base(nameof(Piwae))
    {
        this.spec = spec;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override int Samples => spec.Groups * spec.Samples;

    /// <inheritdoc/>
    public override IReadOnlyList<Player> Players(Autoencoder model) =>
    [
        new(Player.Generation, model.Side(Side.Generation)),
        new(Player.Inference, model.Side(Side.Inference)),
    ];

    /// <inheritdoc/>
    public override Losses Compute(Autoencoder model, Trace trace, Progress progress)
    {
        var tight = trace.LogWeight.LogMean(0);                                                  // [B]
        var average = trace.LogWeight.reshape(spec.Groups, spec.Samples, -1).LogMean(1);         // [M, B]
        return Losses.Minimise(Player.Generation, -tight.mean()).And(Player.Inference, -average.mean()).WithTerms(trace);
    }
}

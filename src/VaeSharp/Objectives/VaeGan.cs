using System.ComponentModel.DataAnnotations;
using VaeSharp.Models;
using VaeSharp.Optimizers;

namespace VaeSharp.Objectives;

/// <summary>Images are compared by what a critic of images sees in them, and the decoder is to fool it too (VAE-GAN).</summary>
/// <remarks>
/// Three players. The encoder minimises divergence and distance of features, the decoder the distance less what the critic loses, and the
/// critic tells examples from what is decoded of codes and of draws from the prior. Examples and made images count half each.
/// </remarks>
[Part("vae-gan", Paper = "Larsen et al. 2016, Autoencoding beyond pixels using a learned similarity metric, arXiv:1512.09300, algorithm 1",
    Formula = "encoder: KL(q(z|x) ‖ p(z)) + L;  decoder: γ L − C;  critic: C;  L = ½ ‖D_l(x) − D_l(x̂)‖²,  "
        + "C = −½ log D(x) − ¼ log (1 − D(x̂)) − ¼ log (1 − D(x̃))")]
public sealed record VaeGanSpec : BoundSpec, IValidatableObject
{
    /// <summary>
    /// Weight γ of the features' distance for the decoder. It is a sum over features, so that more of them weigh more: the official code
    /// has 10⁻² by itself and 5 · 10⁻⁵ for faces, with a critic whose features are tens of thousands.
    /// </summary>
    [Range(0, 1e6)]
    public Schedule Gamma { get; init; } = 1;

    /// <summary>Channels of the critic's convolutions, each with stride 2. Paper: 32, 128, 256, 256 for images of 64 pixels.</summary>
    [Range(1, 8192)]
    public IReadOnlyList<long> Channels { get; init; } = [32, 64, 128];

    /// <summary>Height and width of the critic's kernels. Paper: 5.</summary>
    [Range(2, 15)]
    public int Kernel { get; init; } = 5;

    /// <summary>Width of the fully connected layer behind them. Paper: 512.</summary>
    [Range(1, 65_536)]
    public int Hidden { get; init; } = 512;

    /// <summary>
    /// The convolution whose features are compared, from 1; 0 compares pixels. Deeper ones forget more of the image, the sooner the fewer
    /// channels there are. Official code: the third of four.
    /// </summary>
    [Range(0, 100)]
    public int Features { get; init; } = 1;

    /// <summary>
    /// How far from the equilibrium the critic's losses may be before a player waits: the critic where he tells one kind too well, the
    /// decoder where he cannot tell one. 0 lets all move always, as in algorithm 1. Official code: 0.35.
    /// </summary>
    [Range(0, 100)]
    public double Margin { get; init; } = 0.35;

    /// <summary>The loss of a critic who cannot tell, or nearly so. Official code: 0.68; log 2 is 0.693.</summary>
    [Range(0, 100)]
    public double Equilibrium { get; init; } = 0.68;

    /// <summary>How the critic moves. Paper: RMSprop at 3 · 10⁻⁴.</summary>
    public OptimizerSpec Optimizer { get; init; } = new RmsPropSpec { LearningRate = 3e-4 };

    /// <inheritdoc/>
    /// <remarks>Of p(x|z) it sees the picture alone, and of the prior draws that pass no gradient on: the rest must not learn.</remarks>
    public override IReadOnlyList<Need> Needs =>
    [
        new("posterior", Traits.DensityAtOwnDraw | Traits.Reparameterised),
        new("prior", Traits.DensityAnywhere | Traits.Fixed),
        new("likelihood", Traits.Fixed),
        new("hierarchy", Traits.OneVariable),
    ];

    /// <inheritdoc/>
    public override string? Refuses(DataSpec data) => data.NeedsImages("another objective");

    /// <inheritdoc/>
    public override Objective Build(LatentSpace latent, DataSpec data) => new VaeGan(this, data);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Features <= Channels.Count ? [] :
        [new($"must be from 0 to the number of channels' layers, {Channels.Count}, got {Features}.", [nameof(Features)])];
}

/// <summary>The three losses of Larsen et al. 2016, algorithm 1.</summary>
/// <remarks>The loss that is reported is the encoder's. It moves with the critic, who decides what features are.</remarks>
public sealed class VaeGan : Objective
{
    private const string CriticPlayer = "image-critic";
    private readonly ImageCritic critic;
    private readonly VaeGanSpec spec;

    /// <summary>Makes the losses and their critic of images.</summary>
    public VaeGan(VaeGanSpec spec, DataSpec data) : base(nameof(VaeGan))
    {
        (this.spec, critic) = (spec, new ImageCritic(data, spec));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override bool HasLikelihood => false;

    /// <inheritdoc/>
    public override IReadOnlyList<Player> Players(Autoencoder model) =>
    [
        new(Player.Inference, model.Side(Side.Inference)),
        new(Player.Generation, model.Side(Side.Generation)),
        new(CriticPlayer, [critic], spec.Optimizer),
    ];

    /// <inheritdoc/>
    public override Losses Compute(Autoencoder model, Trace trace, Progress progress)
    {
        var (x, labels) = (trace.Batch.X, trace.Batch.Labels);
        var decoded = trace.Likelihood.Picture.flatten(0, 1);                                    // x̂ = Dec(Enc(x))  [B, C, H, W]
        var drawn = model.Decode(model.DrawCodes(x.size(0), labels, progress), labels).Picture;  // x̃ = Dec(z), z ~ p(z)
        var (distance, game) = critic.Judge(x, decoded, drawn);
        // The critic's own loss has no way to the decoder, who would help him there.
        var (_, own) = critic.Judge(x, decoded.detach(), drawn.detach());
        var losses = Losses.Minimise(Player.Inference, trace.Divergence.mean() + distance).WithTerms(trace).Log("features", distance)
            .Log("critic-real", own.Real).Log("critic-decoded", own.Decoded).Log("critic-drawn", own.Drawn);
        var (decoderMoves, criticMoves) = spec.Margin > 0 && progress.Training ? own.Turns(spec.Equilibrium, spec.Margin) : (true, true);
        if (decoderMoves)
            losses = losses.And(Player.Generation, spec.Gamma.At(progress) * distance - game.Loss);
        return criticMoves ? losses.And(CriticPlayer, own.Loss) : losses;
    }
}

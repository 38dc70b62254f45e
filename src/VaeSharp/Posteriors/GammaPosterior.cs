using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Posteriors;

/// <summary>Independent positive units, with draws whose pathwise gradient is exact.</summary>
[Part("gamma", Paper = "Figurnov, Mohamed and Mnih 2018, Implicit Reparameterization Gradients, arXiv:1805.08498, eq. 5",
    Formula = "q(z|x) = ∏ Γ(α(x), β(x))")]
public sealed record GammaPosteriorSpec : PosteriorSpec
{
    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAtOwnDraw | Traits.DensityAnywhere | Traits.Factorises | Traits.Reparameterised
        | Traits.MeanKnown | Traits.Positive;

    /// <inheritdoc/>
    public override LatentSpace Space(int latent) => new(latent) { Geometry = Geometry.Convex };

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) => new GammaPosterior(features, latent);
}

/// <summary>q(z|x) = ∏ Γ(α(x), β(x)).</summary>
public sealed class GammaPosterior : Posterior
{
    private readonly Linear logConcentration;
    private readonly Linear logRate;

    /// <summary>Makes the two heads, for log α and log β.</summary>
    public GammaPosterior(long features, LatentSpace latent) : base(nameof(GammaPosterior))
    {
        logConcentration = new Linear(features, latent.Size);
        logRate = new Linear(features, latent.Size);
        RegisterComponents();
    }

    /// <summary>exp, held to [10⁻², 10⁴]. Beyond there is no gradient.</summary>
    internal static Tensor Held(Tensor log) => log.clamp(Math.Log(1e-2), Math.Log(1e4)).exp();

    /// <inheritdoc/>
    /// <remarks>Both are held to [10⁻², 10⁴].</remarks>
    public override Distribution For(Tensor features, Batch batch, LogJoint logJoint, Progress progress) =>
        new Gamma(Held(logConcentration.call(features)), Held(logRate.call(features)));

    /// <inheritdoc/>
    public override void Describe(LayerGraph graph, LayerNode features, LatentSpace latent) =>
        DescribeHeads(graph, features, latent, (logConcentration, "z_log_concentration"), (logRate, "z_log_rate"));
}

using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Models;

namespace VaeSharp.Objectives;

/// <summary>The divergences of the continuous and of the discrete part are each led along a capacity that grows while training.</summary>
/// <remarks>
/// The distance is that of the minibatch's mean divergence, as in the paper. Choices among K categories tell at most log K nats, so the
/// discrete capacity ends there: beyond, its distance could not become 0.
/// </remarks>
[Part("joint-capacity", Paper = "Dupont 2018, Learning Disentangled Joint Continuous and Discrete Representations, arXiv:1804.00104, eq. 7",
    Formula = "γ_z |KL_z − C_z| + γ_c |KL_c − C_c|")]
public sealed record JointCapacityRate : RateSpec
{
    private static readonly Schedule Grown = Schedule.Along(ScheduleShape.Linear, 0, 5, 25_000, ScheduleUnit.Steps);

    /// <summary>Weight γ_z of the continuous part. Paper's code: 30 on MNIST.</summary>
    [Range(0, 1e6)]
    public Schedule GammaContinuous { get; init; } = 30;

    /// <summary>Capacity C_z of the continuous part, in nats. Paper's code: 0 to 5 over 25,000 steps on MNIST.</summary>
    [Range(0, 1e6)]
    public Schedule CapacityContinuous { get; init; } = Grown;

    /// <summary>Weight γ_c of the discrete part. Paper's code: 30 on MNIST.</summary>
    [Range(0, 1e6)]
    public Schedule GammaDiscrete { get; init; } = 30;

    /// <summary>Capacity C_c of the discrete part, in nats. Paper's code: 0 to 5 over 25,000 steps on MNIST; never above log K.</summary>
    [Range(0, 1e6)]
    public Schedule CapacityDiscrete { get; init; } = Grown;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.Mixed), new("prior", Traits.Mixed)];

    /// <inheritdoc/>
    public override Tensor Of(LatentTerm latent, Progress progress)
    {
        var (continuous, discrete) = (latent.DivergenceByPart[0].mean(), latent.DivergenceByPart[1].mean());
        var most = ((Product)((Product)latent.Posterior).Parts[1]).Sizes.Sum(count => Math.Log(count));
        return GammaContinuous.At(progress) * (continuous - CapacityContinuous.At(progress)).abs()
            + GammaDiscrete.At(progress) * (discrete - Math.Min(CapacityDiscrete.At(progress), most)).abs();
    }
}

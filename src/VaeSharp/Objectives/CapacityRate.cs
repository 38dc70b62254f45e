using System.ComponentModel.DataAnnotations;
using VaeSharp.Models;

namespace VaeSharp.Objectives;

/// <summary>The divergence is led along a capacity C that grows while training.</summary>
/// <remarks>
/// The distance is that of the minibatch's mean divergence, as in the paper; some implementations take it example by example.
/// </remarks>
[Part("capacity", Paper = "Burgess et al. 2018, Understanding disentangling in β-VAE, arXiv:1804.03599, eq. 8", Formula = "γ |KL − C|")]
public sealed record CapacityRate : RateSpec
{
    /// <summary>Weight γ. Paper: 1000.</summary>
    [Range(0, 1e6)]
    public Schedule Gamma { get; init; } = 1000;

    /// <summary>Capacity C, in nats. Paper: 0 to 25 over 100,000 steps.</summary>
    [Range(0, 1e6)]
    public Schedule Capacity { get; init; } = Schedule.Along(ScheduleShape.Linear, 0, 25, 100_000, ScheduleUnit.Steps);

    /// <inheritdoc/>
    public override Tensor Of(LatentTerm latent, Progress progress) =>
        Gamma.At(progress) * (latent.Divergence.mean() - Capacity.At(progress)).abs();
}

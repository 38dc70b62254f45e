using VaeSharp.Distributions;
using VaeSharp.Flows;
using VaeSharp.Numerics;

namespace VaeSharp.Posteriors;

/// <summary>Draws of a normal distribution that have followed log p(x, z) for some steps, in a space that is bent.</summary>
/// <remarks>
/// Chadebec, Mantoux and Allassonnière 2020, arXiv:2010.11518. As <see cref="Evolved"/>, with a momentum ρ₀ = C⁻ᵀγ/√β₀ of N(0, G/β₀), whose
/// target is N(0, G): log q = log q(z₀) + ½(ρ_KᵀG⁻¹(z_K)ρ_K − ‖γ‖²) + ½ log det G(z_K)/det G(z₀).
/// </remarks>
/// <param name="origin">q(z₀|x).</param>
/// <param name="logJoint">log p(x, z).</param>
/// <param name="metric">G.</param>
/// <param name="step">Step size ε.</param>
/// <param name="spread">1/√β₀.</param>
/// <param name="cooling">√(β_{k−1}/β_k) of each step.</param>
/// <param name="iterations">How often solutions of implicit equations are put into them again.</param>
internal sealed class Bent(Normal origin, LogJoint logJoint, CodeMetric metric, double step, double spread, IReadOnlyList<double> cooling,
    int iterations) : Distribution(origin.EventRank)
{
    /// <summary>q(z₀|x).</summary>
    public Normal Origin => origin;

    /// <summary>L(x), the factor that the example gives the metric: [B, Z, Z].</summary>
    public required Tensor Factor { get; init; }

    /// <summary>Where the mean of q(z₀|x) goes from rest, which is near the mean.</summary>
    public override Tensor Mean => Follow(metric.At(origin.Mean), zeros_like(origin.Mean)).End.Z;

    /// <inheritdoc/>
    public override Draw Rsample(long samples, Noise noise)
    {
        var draw = origin.Rsample(samples, noise);                                               // z₀  [S, B, Z]
        var start = metric.At(draw.Z);
        var gamma = noise.Normal(draw.Z.shape, draw.Z.device);
        var (end, momentum) = Follow(start, spread * start.Momentum(gamma));
        return new Draw(end.Z, () => draw.LogQ! + 0.5 * SumEvent(momentum * end.Velocity(momentum) - gamma.square())
            + 0.5 * (end.LogDeterminant - start.LogDeterminant));
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor x) =>
        throw new NotSupportedException("The density of what has followed a gradient is known at its own draws only.");

    private (CodeMetric.Place End, Tensor Momentum) Follow(CodeMetric.Place start, Tensor momentum) => GeneralisedLeapfrog.Follow(start,
        momentum, at => Gradient.Of(code => logJoint(code), at), metric, step, cooling, iterations);
}

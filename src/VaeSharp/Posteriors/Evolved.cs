using VaeSharp.Distributions;
using VaeSharp.Flows;
using VaeSharp.Numerics;

namespace VaeSharp.Posteriors;

/// <summary>Draws of a normal distribution that have followed log p(x, z) for some steps.</summary>
/// <remarks>
/// Caterini, Doucet and Sejdinovic 2018, arXiv:1805.11328. The log density of a draw is log q(z₀) + log N(ρ₀; 0, I/β₀) − log|det|
/// − log N(ρ_K; 0, I), in which the momentum's own target N(0, I) is paid for: p(x, z_K) over it is an unbiased weight. The determinant
/// of all cooling, β₀^(Z/2), takes β₀ out: with ρ₀ = γ/√β₀ it is log q(z₀) + ½(‖ρ_K‖² − ‖γ‖²).
/// </remarks>
/// <param name="origin">q(z₀|x).</param>
/// <param name="logJoint">log p(x, z).</param>
/// <param name="step">Step sizes ε: [Z].</param>
/// <param name="spread">1/√β₀.</param>
/// <param name="cooling">√(β_{k−1}/β_k) of each step.</param>
internal sealed class Evolved(Normal origin, LogJoint logJoint, Tensor step, Tensor spread, IReadOnlyList<Tensor> cooling)
    : Distribution(origin.EventRank)
{
    /// <summary>Where the mean of q(z₀|x) goes from rest, which is near the mean.</summary>
    public override Tensor Mean => Follow(origin.Mean, zeros_like(origin.Mean)).Z;

    /// <inheritdoc/>
    public override Draw Rsample(long samples, Noise noise)
    {
        var draw = origin.Rsample(samples, noise);                                               // z₀  [S, B, Z]
        var gamma = noise.Normal(draw.Z.shape, draw.Z.device);                                   // √β₀ ρ₀
        var (z, momentum) = Follow(draw.Z, spread * gamma);
        return new Draw(z, () => draw.LogQ! + 0.5 * SumEvent(momentum.square() - gamma.square()));
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor x) =>
        throw new NotSupportedException("The density of what has followed a gradient is known at its own draws only.");

    // Gradients are on inside, also where the pass has none.
    private (Tensor Z, Tensor Momentum) Follow(Tensor z, Tensor momentum) =>
        Leapfrog.Follow(z, momentum, at => Gradient.Of(code => logJoint(code), at), step, cooling);
}

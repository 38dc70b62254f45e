namespace VaeSharp.Distributions;

/// <summary>The image of a normal distribution of steps, N(0, diag σ²), under the exponential map at a point of hyperbolic space.</summary>
/// <remarks>
/// log q(z) = log N(v; 0, diag σ²) − (Z − 1) log(sinh(√c ‖v‖)/(√c ‖v‖)) with z = exp_μ v. Mathieu et al. 2019, arXiv:1901.06033, eq. 4;
/// Nagano et al. 2019, arXiv:1902.02992, algorithm 1, on the hyperboloid.
/// </remarks>
/// <param name="mean">μ, as a code: [.., Z].</param>
/// <param name="scale">σ along the units, carried to μ along the geodesic from the origin: [.., Z], or [.., 1] for all alike.</param>
/// <param name="curvature">c; the space has the curvature −c.</param>
public sealed class WrappedNormal(Tensor mean, Tensor scale, double curvature) : HyperbolicNormal(mean, curvature)
{
    private readonly Tensor sigma = scale.to_type(float64);

    /// <summary>σ: [.., Z] or [.., 1].</summary>
    public Tensor Scale => scale;

    /// <inheritdoc/>
    public override Distribution Detached() => new WrappedNormal(Mean.detach(), scale.detach(), Curvature) { AtOrigin = AtOrigin };

    /// <inheritdoc/>
    protected override Tensor Steps(long samples, Noise noise) =>
        sigma * noise.Normal([samples, .. Mean.shape], Mean.device).to_type(float64);

    /// <inheritdoc/>
    protected override Tensor LogDensity(Tensor step)
    {
        var energy = (step / sigma).square() + 2 * sigma.log() + Normal.LogTwoPi;
        var stretch = Hyperbolic.LogSinhOver(Math.Sqrt(Curvature) * Hyperbolic.Length(step)).squeeze(-1);
        return -0.5 * energy.sum(dim: -1L) - (Dimension - 1) * stretch;
    }
}

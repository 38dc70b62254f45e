using VaeSharp.Numerics;

namespace VaeSharp.Distributions;

/// <summary>The uniform distribution on the unit sphere of R^m.</summary>
/// <param name="dimension">m.</param>
/// <param name="device">Where draws are made.</param>
public sealed class UniformSphere(long dimension, Device device) : Distribution(eventRank: 1)
{
    /// <summary>The mean of the draws as vectors, which is no point of the sphere: 0.</summary>
    public override Tensor Mean => zeros(dimension, device: device);

    /// <inheritdoc/>
    public override Draw Rsample(long samples, Noise noise)
    {
        var z = Sphere.Directions([samples, dimension], device, noise);
        return new Draw(z, () => LogProb(z));
    }

    /// <inheritdoc/>
    /// <remarks>A uniform distribution has no mean on the sphere; the angle to the first axis has the factor.</remarks>
    public override Tensor Sample(long samples, Noise noise, double temperature)
    {
        var z = Sample(samples, noise);
        var axis = Sphere.Axis(dimension, device).expand_as(z);
        return temperature == 1 ? z : Sphere.Between(axis, z, temperature);
    }

    /// <inheritdoc/>
    /// <remarks>With respect to the sphere's area, at its points.</remarks>
    public override Tensor LogProb(Tensor x) => full(x.shape[..^1], -LogArea(dimension), dtype: x.dtype, device: x.device);

    /// <inheritdoc/>
    public override Distribution Detached() => this;

    /// <summary>The logarithm of the sphere's area, 2 π^(m/2) / Γ(m/2); of a circle, of its length.</summary>
    internal static double LogArea(long dimension) =>
        Math.Log(2) + 0.5 * dimension * Math.Log(Math.PI) - BesselRatio.LogGamma(0.5 * dimension);
}

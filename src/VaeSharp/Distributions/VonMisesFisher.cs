using VaeSharp.Numerics;

namespace VaeSharp.Distributions;

/// <summary>q(z) ∝ exp(κ μᵀz) on the unit sphere: the normal distribution of variance 1/κ about μ, held to the sphere.</summary>
/// <remarks>Davidson et al. 2018, Hyperspherical Variational Auto-Encoders, arXiv:1804.00891, eq. 3.</remarks>
/// <param name="mean">μ, of length 1: [.., m].</param>
/// <param name="concentration">κ, at least 0: [..].</param>
public sealed class VonMisesFisher(Tensor mean, Tensor concentration) : Spherical(mean, concentration)
{
    /// <inheritdoc/>
    public override Distribution Detached() => new VonMisesFisher(Mean.detach(), Concentration.detach());

    /// <inheritdoc/>
    /// <remarks>h = −s = μᵀz − 1; the κ that is left over is in the normaliser.</remarks>
    protected override Tensor Exponent(Tensor s) => -s;

    /// <inheritdoc/>
    protected override Tensor MeanExponent(Tensor kappa) => -ConcentrationFunction.Complement(kappa, Dimension);

    /// <inheritdoc/>
    protected override Tensor LogNormaliser(Tensor kappa) => ConcentrationFunction.LogNormaliser(kappa, Dimension);

    /// <inheritdoc/>
    /// <remarks>In three dimensions the height is uniform but for exp(κt): t = 1 + log(1 − u(1 − e^−2κ))/κ.</remarks>
    protected override Tensor? ByInverse(Tensor kappa, Func<Tensor> u)
    {
        if (Dimension != 3)
            return null;
        kappa = kappa.clamp_min(1e-12);                                                          // at 0 it is 0/0, whose limit is s = 2u
        return -(u() * (-2 * kappa).expm1()).log1p() / kappa;
    }

    internal override SphereHeights Heights => new(Dimension, xi => -2 / (1 + Math.Exp(-2 * xi)), Envelope);

    // 1 − t₀ with t₀ = 2κ / (√(4κ² + (m − 1)²) + m − 1). Wood 1994.
    private double Envelope(double kappa)
    {
        var rest = Dimension - 1.0;
        var root = Math.Sqrt(4 * kappa * kappa + rest * rest);
        return rest * (1 + rest / (root + 2 * kappa)) / (root + rest);
    }
}

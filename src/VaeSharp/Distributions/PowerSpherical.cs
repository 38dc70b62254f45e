namespace VaeSharp.Distributions;

/// <summary>q(z) ∝ (1 + μᵀz)^κ on the unit sphere: like von Mises–Fisher's, with functions that are easier to have.</summary>
/// <remarks>
/// ½(1 + μᵀz) has the Beta distribution of (m − 1)/2 + κ and (m − 1)/2. De Cao and Aziz 2020, The Power Spherical Distribution,
/// arXiv:2006.04437, eq. 8 and 11.
/// </remarks>
/// <param name="mean">μ, of length 1: [.., m].</param>
/// <param name="concentration">κ, at least 0: [..].</param>
public sealed class PowerSpherical(Tensor mean, Tensor concentration) : Spherical(mean, concentration)
{
    private double Beta => 0.5 * (Dimension - 1);

    /// <inheritdoc/>
    public override Distribution Detached() => new PowerSpherical(Mean.detach(), Concentration.detach());

    /// <inheritdoc/>
    /// <remarks>h = log ½(1 + μᵀz). Of the point opposite to μ, where it is −∞, it is held to −16.</remarks>
    protected override Tensor Exponent(Tensor s) => (-0.5 * s).clamp_min(-1 + 1e-7).log1p();

    /// <inheritdoc/>
    /// <remarks>ψ(α) − ψ(α + β).</remarks>
    protected override Tensor MeanExponent(Tensor kappa) => (kappa + Beta).digamma() - (kappa + 2 * Beta).digamma();

    /// <inheritdoc/>
    /// <remarks>log Γ(α + β)/Γ(α), less the same at κ = 0.</remarks>
    protected override Tensor LogNormaliser(Tensor kappa)
    {
        var none = zeros_like(kappa).detach();
        return Quotient(kappa) - Quotient(none);

        Tensor Quotient(Tensor at) => (at + 2 * Beta).lgamma() - (at + Beta).lgamma();
    }

    /// <inheritdoc/>
    /// <remarks>In three dimensions β = 1, and ½(1 + μᵀz) = u^(1/(1 + κ)).</remarks>
    protected override Tensor? ByInverse(Tensor kappa, Func<Tensor> u) => Dimension == 3 ? -2 * (u().log() / (1 + kappa)).expm1() : null;

    internal override SphereHeights Heights =>
        new(Dimension, xi => -Math.Log(1 + Math.Exp(2 * xi)), kappa => (Dimension - 1) / (kappa + Dimension - 1));
}

namespace VaeSharp.Distributions;

/// <summary>q(z) ∝ exp(−d(μ, z)²/2σ²) in hyperbolic space: of all distributions with its mean squared distance, the one of most entropy.
/// </summary>
/// <remarks>
/// Directions from μ are uniform, and distances have a density ∝ sinh(√c r)^(Z−1) exp(−r²/2σ²). Said, Bombrun and Berthoumieu 2014;
/// Mathieu et al. 2019, arXiv:1901.06033, eq. 3.
/// </remarks>
/// <param name="mean">μ, as a code: [.., Z].</param>
/// <param name="scale">σ: [..].</param>
/// <param name="curvature">c; the space has the curvature −c.</param>
public sealed class RiemannianNormal(Tensor mean, Tensor scale, double curvature) : HyperbolicNormal(mean, curvature)
{
    private readonly Tensor sigma = scale.to_type(float64);
    private HyperbolicRadius[]? radii;
    private Tensor? logNormaliser;

    /// <summary>σ: [..].</summary>
    public Tensor Scale => scale;

    /// <summary>log ∫ exp(−d(μ, z)²/2σ²) dz, in double precision: [..].</summary>
    public Tensor LogNormaliser => logNormaliser ??= Normaliser();

    private double Root => Math.Sqrt(Curvature);

    private HyperbolicRadius[] Radii =>
        radii ??= Array.ConvertAll(Numbers(sigma), value => new HyperbolicRadius(Dimension, Root * value));

    /// <inheritdoc/>
    public override Distribution Detached() => new RiemannianNormal(Mean.detach(), scale.detach(), Curvature) { AtOrigin = AtOrigin };

    /// <inheritdoc/>
    protected override Tensor Steps(long samples, Noise noise)
    {
        var direction = Sphere.Directions([samples, .. Mean.shape], Mean.device, noise).to_type(float64);
        return direction * (DrawRadii(samples, noise).unsqueeze(-1) / direction.norm(-1, keepdim: true));
    }

    /// <inheritdoc/>
    protected override Tensor LogDensity(Tensor step) =>
        -0.5 * step.square().sum(dim: -1L) / sigma.square() - LogNormaliser;

    // Distances from μ, with their pathwise gradient: [S, ..].
    private Tensor DrawRadii(long samples, Noise noise)
    {
        var shape = (long[])[samples, .. sigma.shape];
        var rho = HyperbolicRadius.Draw(Radii, samples, noise);
        var draws = tensor(rho, shape, device: sigma.device) / Root;
        if (!sigma.requires_grad || !is_grad_enabled())
            return draws;
        var slopes = rho.Select((value, i) => Radii[i % Radii.Length].Slope(value)).ToArray();
        return draws + tensor(slopes, shape, device: sigma.device) * (sigma - sigma.detach());   // nothing is added but the gradient
    }

    // ∫ = |S^(Z−1)| √c^−Z ∫ sinhⁿρ exp(−ρ²/2τ²) dρ, of which ∂ log/∂τ = E ρ²/τ³.
    private Tensor Normaliser()
    {
        var constant = UniformSphere.LogArea(Dimension) - Dimension * Math.Log(Root);
        var value = tensor(Array.ConvertAll(Radii, radius => radius.LogNormaliser + constant), sigma.shape, device: sigma.device);
        var slope = tensor(Array.ConvertAll(Radii, radius => radius.LogSlope * Root), sigma.shape, device: sigma.device);
        return value + slope * (sigma - sigma.detach());
    }

    private static double[] Numbers(Tensor x) => x.detach().cpu().contiguous().data<double>().ToArray();
}

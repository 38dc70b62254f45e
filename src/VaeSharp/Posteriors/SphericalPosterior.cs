using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Posteriors;

/// <summary>A family of distributions on the unit sphere, each about a mean direction.</summary>
/// <remarks>The latent size is the number m of coordinates; the sphere has m − 1 dimensions.</remarks>
public abstract record SphericalPosteriorSpec : PosteriorSpec
{
    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAtOwnDraw | Traits.DensityAnywhere | Traits.Reparameterised | Traits.Spherical;

    /// <inheritdoc/>
    public override LatentSpace Space(int latent) => new(latent) { Geometry = Geometry.Sphere };

    /// <inheritdoc/>
    public override string? Refuses(LatentSpace latent) =>
        latent.Size < 2 ? "needs at least 2 latent units: the sphere of one is two points" : null;

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) => new SphericalPosterior(features, latent, Family);

    /// <summary>The distribution about a direction μ [.., m] with a concentration κ [..].</summary>
    protected abstract Distribution Family(Tensor mean, Tensor concentration);
}

/// <summary>q(z|x) on the unit sphere, about a direction μ(x) with a concentration κ(x).</summary>
public sealed class SphericalPosterior : Posterior
{
    private const double Most = 1e6;
    private readonly Linear mean;
    private readonly Linear concentration;
    private readonly Func<Tensor, Tensor, Distribution> family;

    /// <summary>Makes the two heads, for a vector along μ and for κ.</summary>
    /// <param name="features">Number of features that the encoder yields.</param>
    /// <param name="latent">The space of codes.</param>
    /// <param name="family">From μ and κ to the distribution.</param>
    public SphericalPosterior(long features, LatentSpace latent, Func<Tensor, Tensor, Distribution> family)
        : base(nameof(SphericalPosterior))
    {
        mean = new Linear(features, latent.Size);
        concentration = new Linear(features, 1);
        this.family = family;
        RegisterComponents();
    }

    /// <inheritdoc/>
    /// <remarks>
    /// κ = softplus(·) + 1, as in the papers' code: it is never near 0, where all directions μ are alike. It is held to 10⁶, beyond which
    /// single precision cannot tell draws from μ.
    /// </remarks>
    public override Distribution For(Tensor features, Batch batch, LogJoint logJoint, Progress progress)
    {
        var kappa = (nn.functional.softplus(concentration.call(features)) + 1).clamp_max(Most).squeeze(-1);
        return family(Sphere.Direction(mean.call(features)), kappa);
    }

    /// <inheritdoc/>
    public override void Describe(LayerGraph graph, LayerNode features, LatentSpace latent) =>
        DescribeHeads(graph, features, latent, (mean, "z_mean"), (concentration, "z_concentration"));
}

using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Posteriors;

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
    public override void Describe(LayerGraph graph, LayerNode features, LatentSpace latent)
    {
        var zMean = graph.Dense(mean, features, name: "z_mean");
        var zConcentration = graph.Dense(concentration, features, name: "z_concentration");
        graph.End(zMean, zConcentration, graph.Other(this, latent.Shape, zMean, zConcentration));
    }

    /// <summary>Why a posterior on the sphere refuses a space of codes.</summary>
    internal static string? Refuses(LatentSpace latent) =>
        latent.Size < 2 ? "needs at least 2 latent units: the sphere of one is two points" : null;
}

using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Posteriors;

/// <summary>A family of distributions in hyperbolic space, each about a point.</summary>
/// <remarks>
/// A code is the direction of a point from the origin times its distance. <see cref="PoincareBall"/> has its place in the Poincaré ball.
/// </remarks>
public abstract record HyperbolicPosteriorSpec : PosteriorSpec
{
    /// <summary>The space has the curvature −c. Paper: c from 0.1 to 1.4; towards 0 it becomes Euclidean.</summary>
    [Range(1e-6, 1000)]
    public double Curvature { get; init; } = 1;

    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAtOwnDraw | Traits.DensityAnywhere | Traits.Reparameterised | Traits.Hyperbolic;

    /// <inheritdoc/>
    public override LatentSpace Space(int latent) => base.Space(latent) with { Geometry = Geometry.Hyperbolic, Curvature = Curvature };

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) =>
        new HyperbolicPosterior(features, latent, Scales(latent), (mean, scale) => Family(mean, scale, latent.Curvature));

    /// <summary>Number of scales σ of one code.</summary>
    protected abstract long Scales(LatentSpace latent);

    /// <summary>The distribution about a code μ [.., Z] with scales σ [.., Scales] in a space of curvature −c.</summary>
    protected abstract Distribution Family(Tensor mean, Tensor scale, double curvature);
}

/// <summary>q(z|x) in hyperbolic space, about a point μ(x) with scales σ(x).</summary>
public sealed class HyperbolicPosterior : Posterior
{
    private const double Least = 1e-5;
    private const double Most = 1000;
    private readonly Linear mean;
    private readonly Linear scale;
    private readonly LatentSpace latent;
    private readonly Func<Tensor, Tensor, Distribution> family;

    /// <summary>Makes the two heads, for μ and σ.</summary>
    /// <param name="features">Number of features that the encoder yields.</param>
    /// <param name="latent">The space of codes.</param>
    /// <param name="scales">Number of scales σ of one code.</param>
    /// <param name="family">From μ and σ to the distribution.</param>
    public HyperbolicPosterior(long features, LatentSpace latent, long scales, Func<Tensor, Tensor, Distribution> family)
        : base(nameof(HyperbolicPosterior))
    {
        (this.latent, this.family) = (latent, family);
        (mean, scale) = (new Linear(features, latent.Size), new Linear(features, scales));
        RegisterComponents();
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The exponential map at the origin leads from the head's vector to μ, which in these coordinates is that vector: no μ can be outside.
    /// Where it is further out than 10/√c, it is held there. σ = softplus(·) + 10⁻⁵, as in the paper's code.
    /// </remarks>
    public override Distribution For(Tensor features, Batch batch, LogJoint logJoint, Progress progress) => family(
        Hyperbolic.Held(mean.call(features), latent.Curvature),
        (nn.functional.softplus(scale.call(features)) + Least).clamp_max(Most));

    /// <inheritdoc/>
    public override void Describe(LayerGraph graph, LayerNode features, LatentSpace latent) =>
        DescribeHeads(graph, features, latent, (mean, "z_mean"), (scale, "z_scale"));
}

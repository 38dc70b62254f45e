using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Posteriors;

/// <summary>A normal distribution whose units depend on each other: codes lie in ellipsoids of any direction.</summary>
[Part("full-covariance", Paper = "Kingma and Welling 2019, An Introduction to Variational Autoencoders, arXiv:1906.02691, section 2.5.1",
    Formula = "q(z|x) = N(μ(x), L(x) L(x)ᵀ)")]
public sealed record FullCovariancePosteriorSpec : PosteriorSpec
{
    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAtOwnDraw | Traits.DensityAnywhere | Traits.Reparameterised | Traits.Euclidean
        | Traits.TwiceDifferentiable | Traits.MeanKnown;

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) => new FullCovariancePosterior(features, latent);
}

/// <summary>q(z|x) = N(μ(x), L(x) L(x)ᵀ), L lower triangular with the diagonal σ(x).</summary>
public sealed class FullCovariancePosterior : Posterior
{
    private readonly Linear mean;
    private readonly Linear logVar;
    private readonly Linear? lower;

    /// <summary>Makes the heads, for μ, for log σ², and for what stands below the diagonal of L, row by row.</summary>
    public FullCovariancePosterior(long features, LatentSpace latent) : base(nameof(FullCovariancePosterior))
    {
        var size = latent.Size;
        mean = new Linear(features, size);
        logVar = new Linear(features, size);
        if (size > 1)
            lower = new Linear(features, size * (size - 1) / 2);
        RegisterComponents();
    }

    /// <inheritdoc/>
    /// <remarks>log σ² is held to [−30, 20], as that of the gaussian posterior, which this is where L is diagonal.</remarks>
    public override Distribution For(Tensor features, Batch batch, LogJoint logJoint, Progress progress)
    {
        var sigma = (0.5 * Normal.Held(logVar.call(features))).exp();                            // [B, Z]
        return new MultivariateNormal(mean.call(features), Triangular(sigma, lower?.call(features)));
    }

    /// <inheritdoc/>
    public override void Describe(LayerGraph graph, LayerNode features, LatentSpace latent)
    {
        var (zMean, zLogVar) = (graph.Dense(mean, features, name: "z_mean"), graph.Dense(logVar, features, name: "z_log_var"));
        LayerNode[] heads = lower is null ? [zMean, zLogVar] : [zMean, zLogVar, graph.Dense(lower, features, name: "z_lower")];
        graph.End([.. heads, graph.Other(this, latent.Shape, heads)]);
    }

    /// <summary>
    /// A triangular matrix for each row: its diagonal [B, Z], and what is below, row by row, [B, Z (Z − 1) / 2] → [B, Z, Z].
    /// </summary>
    internal static Tensor Triangular(Tensor diagonal, Tensor? elements)
    {
        var size = diagonal.size(-1);
        var matrix = diagonal.unsqueeze(-1) * eye(size, device: diagonal.device);
        if (elements is null)
            return matrix;
        var places = ones(size, size, device: elements.device).tril(-1).flatten().nonzero().squeeze(-1);
        return matrix + zeros(elements.size(0), size * size, device: elements.device).index_copy(1, places, elements).view(-1, size, size);
    }
}

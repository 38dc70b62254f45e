using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Posteriors;

/// <summary>Shares of the latent units, which sum to 1, with draws whose pathwise gradient is exact.</summary>
[Part("dirichlet", Paper = "Joo et al. 2019, Dirichlet Variational Autoencoder, arXiv:1901.02739; Figurnov, Mohamed and Mnih 2018, "
    + "Implicit Reparameterization Gradients, arXiv:1805.08498", Formula = "q(z|x) = Dir(α(x))")]
public sealed record DirichletPosteriorSpec : PosteriorSpec
{
    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAtOwnDraw | Traits.DensityAnywhere | Traits.Reparameterised | Traits.MeanKnown
        | Traits.Simplex;

    /// <inheritdoc/>
    public override LatentSpace Space(int latent) => new(latent) { Geometry = Geometry.Convex };

    /// <inheritdoc/>
    public override string? Refuses(LatentSpace latent) =>
        latent.Size < 2 ? "needs at least 2 latent units: one share alone is 1 always" : null;

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) => new DirichletPosterior(features, latent);
}

/// <summary>q(z|x) = Dir(α(x)).</summary>
public sealed class DirichletPosterior : Posterior
{
    private readonly Linear logConcentration;

    /// <summary>Makes the head, for log α.</summary>
    public DirichletPosterior(long features, LatentSpace latent) : base(nameof(DirichletPosterior))
    {
        logConcentration = new Linear(features, latent.Size);
        RegisterComponents();
    }

    /// <inheritdoc/>
    /// <remarks>α is held to [10⁻², 10⁴].</remarks>
    public override Distribution For(Tensor features, Batch batch, LogJoint logJoint, Progress progress) =>
        new Dirichlet(GammaPosterior.Held(logConcentration.call(features)));

    /// <inheritdoc/>
    public override void Describe(LayerGraph graph, LayerNode features, LatentSpace latent) =>
        DescribeHeads(graph, features, latent, (logConcentration, "z_log_concentration"));
}

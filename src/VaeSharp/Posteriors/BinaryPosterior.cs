using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Posteriors;

/// <summary>Zeros and ones, made smooth while the model trains (binary Concrete).</summary>
/// <remarks>
/// In training the decoder sees σ((l + log u/(1 − u))/τ), and in evaluation zeros and ones themselves. The divergence is that of the zeros
/// and ones, in closed form; bounds of importance weights have the densities of the smooth ones, with the prior smooth at the same
/// temperature.
/// </remarks>
[Part("binary", Paper = "Maddison, Mnih and Teh 2017, The Concrete Distribution: A Continuous Relaxation of Discrete Random Variables, "
    + "arXiv:1611.00712, appendix B; Jang, Gu and Poole 2017, Categorical Reparameterization with Gumbel-Softmax, arXiv:1611.01144",
    Formula = "q(z|x) = ∏ Bern(σ(l(x))),  z ≈ σ((l + log u/(1 − u))/τ)")]
public sealed record BinaryPosteriorSpec : PosteriorSpec
{
    /// <summary>Temperature τ while the model trains. Papers: from 1 down to 0.5; 2/3.</summary>
    [Range(0.01, 100)]
    public Schedule Temperature { get; init; } = Relaxation.Annealed;

    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAtOwnDraw | Traits.DensityAnywhere | Traits.Factorises | Traits.Reparameterised
        | Traits.TwiceDifferentiable | Traits.MeanKnown | Traits.Binary;

    /// <inheritdoc/>
    public override LatentSpace Space(int latent) => new(latent) { Geometry = Geometry.Convex };

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) => new BinaryPosterior(this, features, latent);
}

/// <summary>q(z|x) = ∏ Bern(σ(l(x))).</summary>
public sealed class BinaryPosterior : Posterior
{
    private readonly Linear logits;
    private readonly BinaryPosteriorSpec spec;

    /// <summary>Makes the head, for the logits.</summary>
    public BinaryPosterior(BinaryPosteriorSpec spec, long features, LatentSpace latent) : base(nameof(BinaryPosterior))
    {
        this.spec = spec;
        logits = new Linear(features, latent.Size);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Distribution For(Tensor features, Batch batch, LogJoint logJoint, Progress progress) => progress.Training
        ? new RelaxedBernoulli(logits.call(features), spec.Temperature.At(progress))
        : new Bernoulli(logits.call(features), 1);

    /// <inheritdoc/>
    public override void Describe(LayerGraph graph, LayerNode features, LatentSpace latent) =>
        DescribeHeads(graph, features, latent, (logits, "z_logits"));
}

using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Posteriors;

/// <summary>Normal units and choices of categories side by side: style and kind of an example (JointVAE).</summary>
/// <remarks>
/// The code is the normal units, as many as the model has latent units, and then a one-hot vector of each discrete variable.
/// </remarks>
[Part("joint", Paper = "Dupont 2018, Learning Disentangled Joint Continuous and Discrete Representations, arXiv:1804.00104, eq. 5",
    Formula = "q(z, c|x) = N(μ(x), diag σ²(x)) ∏ Cat(π(x))")]
public sealed record JointPosteriorSpec : PosteriorSpec, IValidatableObject
{
    /// <summary>Numbers of categories of the discrete variables. Paper: one variable of 10 on MNIST.</summary>
    [Range(2, 65_536)]
    public IReadOnlyList<long> Categories { get; init; } = [10];

    /// <summary>Temperature τ of the choices while the model trains. Paper: 0.67.</summary>
    [Range(0.01, 100)]
    public Schedule Temperature { get; init; } = 0.67;

    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAtOwnDraw | Traits.DensityAnywhere | Traits.Factorises | Traits.Reparameterised
        | Traits.TwiceDifferentiable | Traits.MeanKnown | Traits.Mixed;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Categories.Count == 0)
            yield return new("must have at least one number, got none.", [nameof(Categories)]);
    }

    /// <inheritdoc/>
    public override LatentSpace Space(int latent) =>
        new(latent + Categories.Sum()) { Geometry = Geometry.Convex, Categories = Categories };

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) => new JointPosterior(this, features, latent);
}

/// <summary>q(z, c|x) = N(μ(x), diag σ²(x)) ∏ Cat(π(x)).</summary>
public sealed class JointPosterior : Posterior
{
    private readonly Linear mean;
    private readonly Linear logVar;
    private readonly Linear logits;
    private readonly JointPosteriorSpec spec;

    /// <summary>Makes the heads, for μ, log σ² and the logits of all categories of all variables.</summary>
    public JointPosterior(JointPosteriorSpec spec, long features, LatentSpace latent) : base(nameof(JointPosterior))
    {
        this.spec = spec;
        var categories = spec.Categories.Sum();
        mean = new Linear(features, latent.Size - categories);
        logVar = new Linear(features, latent.Size - categories);
        logits = new Linear(features, categories);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Distribution For(Tensor features, Batch batch, LogJoint logJoint, Progress progress)
    {
        var continuous = new Normal(mean.call(features), Normal.Held(logVar.call(features)));
        var (all, from, discrete) = (logits.call(features), 0L, new List<(Distribution, long)>());
        foreach (var count in spec.Categories)
        {
            discrete.Add((Relaxation.Of(all.narrow(1, from, count).unsqueeze(1), spec.Temperature, progress), count));   // [B, 1, K]
            from += count;
        }
        return new Product((continuous, mean.Outputs), (new Product([.. discrete]), from));
    }

    /// <inheritdoc/>
    public override void Describe(LayerGraph graph, LayerNode features, LatentSpace latent) =>
        DescribeHeads(graph, features, latent, (mean, "z_mean"), (logVar, "z_log_var"), (logits, "c_logits"));
}

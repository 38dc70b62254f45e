using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Priors;

/// <summary>A mixture of normal distributions with independent units, learned with the weights.</summary>
[Part("mixture", Paper = "Tomczak and Welling 2018, VAE with a VampPrior, arXiv:1705.07120, section 2.2",
    Formula = "p(z) = Σ πₖ N(z; μₖ, diag σₖ²)")]
public sealed record MixturePriorSpec : PriorSpec
{
    /// <summary>Number K of components.</summary>
    [Range(1, 100_000)]
    public int Components { get; init; } = 10;

    /// <summary>Standard deviation of the components' means at the start, about 0. Each component starts with variance 1.</summary>
    [Range(0, 1000)]
    public double MeanSpread { get; init; } = 1;

    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAnywhere | Traits.Euclidean | Traits.TwiceDifferentiable;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.Euclidean)];

    /// <inheritdoc/>
    public override Prior Build(LatentSpace latent, DataSpec data) => new MixturePrior(this, latent);
}

/// <summary>p(z) = Σ πₖ N(z; μₖ, diag σₖ²), π = softmax of the logits.</summary>
public sealed class MixturePrior : Prior, IInitialised
{
    private readonly Parameter logits;
    private readonly Parameter mean;
    private readonly Parameter logVar;
    private readonly double spread;

    /// <summary>Makes the components, of equal weight and variance 1. Their means are arbitrary until <see cref="Initialise"/>.</summary>
    public MixturePrior(MixturePriorSpec spec, LatentSpace latent) : base(nameof(MixturePrior))
    {
        spread = spec.MeanSpread;
        logits = nn.Parameter(zeros(spec.Components));
        mean = nn.Parameter(empty(spec.Components, latent.Size));
        logVar = nn.Parameter(zeros(spec.Components, latent.Size));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Distribution For(EncodeAt encode, Tensor? labels, Device device) =>
        new Mixture(new Normal(mean, Normal.Held(logVar)), logits.log_softmax(-1));

    /// <inheritdoc/>
    public void Initialise(Noise noise)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        mean.copy_(spread * noise.Normal(mean.shape, mean.device));
    }

    /// <inheritdoc/>
    /// <remarks>Each component starts about another code, with the variance of all codes.</remarks>
    public override void StartAt(Tensor codes, Noise noise)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var chosen = noise.Permutation(codes.size(0), codes.device);
        mean.copy_(codes.index_select(0, chosen[arange(mean.size(0), dtype: int64, device: codes.device).remainder(codes.size(0))]));
        logVar.copy_(Normal.Of(codes).LogVar.expand_as(logVar));
    }
}

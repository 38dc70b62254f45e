using VaeSharp.Distributions;
using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Priors;

/// <summary>A normal distribution with independent units, whose means and variances are learned with the weights.</summary>
[Part("diagonal", Formula = "p(z) = N(μ, diag σ²)")]
public sealed record DiagonalPriorSpec : PriorSpec
{
    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAnywhere | Traits.Factorises | Traits.Reparameterised | Traits.Euclidean
        | Traits.TwiceDifferentiable;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.Euclidean)];

    /// <inheritdoc/>
    public override Prior Build(LatentSpace latent, DataSpec data) => new DiagonalPrior(latent);
}

/// <summary>p(z) = N(μ, diag σ²). It starts as N(0, I).</summary>
public sealed class DiagonalPrior : Prior
{
    private readonly Parameter mean;
    private readonly Parameter logVar;

    /// <summary>Makes the prior over a space of codes.</summary>
    public DiagonalPrior(LatentSpace latent) : base(nameof(DiagonalPrior))
    {
        mean = nn.Parameter(zeros(latent.Size));
        logVar = nn.Parameter(zeros(latent.Size));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Distribution For(EncodeAt encode, Tensor? labels, Device device) => new Normal(mean, Normal.Held(logVar));

    /// <inheritdoc/>
    /// <remarks>At their mean and variance, which are where the likelihood of these codes is greatest.</remarks>
    public override void StartAt(Tensor codes, Noise noise)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var fitted = Normal.Of(codes);
        mean.copy_(fitted.Mean);
        logVar.copy_(fitted.LogVar);
    }
}

using System.ComponentModel.DataAnnotations;
using VaeSharp.Models;

namespace VaeSharp.Objectives;

/// <summary>The evidence lower bound: reconstruction less divergence.</summary>
[Part("elbo", Paper = "Kingma and Welling 2014, Auto-Encoding Variational Bayes, arXiv:1312.6114, eq. 3",
    Formula = "log p(x) ≥ E log p(x|z) − KL(q(z|x) ‖ p(z))")]
public sealed record ElboSpec : BoundSpec
{
    /// <summary>How the divergence enters.</summary>
    public RateSpec Rate { get; init; } = new WeightedRate();

    /// <summary>Number S of draws that the expectation is averaged over. Paper: 1.</summary>
    [Range(1, 10_000)]
    public int Samples { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.DensityAtOwnDraw), new("prior", Traits.DensityAnywhere)];

    /// <inheritdoc/>
    public override Objective Build(LatentSpace latent, DataSpec data) => new Elbo(this);
}

/// <summary>log p(x) ≥ E log p(x|z) − KL(q(z|x) ‖ p(z)). Kingma and Welling 2014, eq. 3.</summary>
public sealed class Elbo : Objective
{
    private readonly ElboSpec spec;

    /// <summary>Makes the bound.</summary>
    public Elbo(ElboSpec spec) : base(nameof(Elbo))
    {
        this.spec = spec;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override int Samples => spec.Samples;

    /// <inheritdoc/>
    public override Losses Compute(Autoencoder model, Trace trace, Progress progress)
    {
        var rate = trace.Latents.Select(latent => spec.Rate.Of(latent, progress)).Aggregate((sum, term) => sum + term);
        return Losses.Minimise(rate - trace.LogLikelihood.mean()).WithTerms(trace);
    }
}

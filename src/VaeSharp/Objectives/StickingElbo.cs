using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Objectives;

/// <summary>
/// The evidence lower bound with a gradient that vanishes with the posterior's error: the nearer the posterior is to the exact one, the
/// less noise it has (sticking the landing).
/// </summary>
[Part("elbo-stl", Paper = "Roeder, Wu and Duvenaud 2017, Sticking the Landing, arXiv:1703.09194, algorithm 2",
    Formula = "∇ E [log p(x, z) − log q(z|x)], with ∂ log q(z|x) / ∂z alone")]
public sealed record StickingElboSpec : BoundSpec
{
    /// <summary>Number S of draws that the expectation is averaged over. Paper: 1.</summary>
    [Range(1, 10_000)]
    public int Samples { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs =>
    [
        new("posterior", Traits.DensityAtOwnDraw | Traits.DensityAnywhere | Traits.Reparameterised),
        new("prior", Traits.DensityAnywhere),
        new("hierarchy", Traits.OneVariable),
    ];

    /// <inheritdoc/>
    /// <remarks>
    /// What is left out, E ∂ log q(z|x) / ∂φ, is 0: the value is the evidence lower bound, without a closed form of the divergence, and the
    /// gradient is unbiased. What the prior takes from the encoder, as VampPrior's pseudo-inputs do, keeps its gradient.
    /// </remarks>
    public override Objective Build(LatentSpace latent, DataSpec data) => new SampledBound(Samples, static (trace, _) =>
    {
        var path = trace.AlongDraws();
        return ImportanceWeights.Raise(path.LogWeight, path);
    });
}

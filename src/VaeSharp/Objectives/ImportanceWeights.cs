using VaeSharp.Models;

namespace VaeSharp.Objectives;

/// <summary>What bounds from importance weights w = p(x, z) / q(z|x) have in common.</summary>
internal static class ImportanceWeights
{
    /// <summary>
    /// What they need of the other choices: weights that are quotients of densities, each of its own draw alone, and draws with a pathwise
    /// gradient.
    /// </summary>
    public static IReadOnlyList<Need> Needs { get; } =
    [
        new("posterior", Traits.DensityAtOwnDraw | Traits.Reparameterised),
        new("prior", Traits.DensityAnywhere),
        new("likelihood", Traits.NormalisedLikelihood),
        new("network", Traits.IndependentExamples),
        new("hierarchy", Traits.IndependentExamples),
    ];

    /// <summary>
    /// What estimators need beyond that which reach the posterior through its draws alone: log q(z|x) is evaluated again there, with
    /// parameters that pass no gradient on.
    /// </summary>
    public static IReadOnlyList<Need> NeedsOfPaths { get; } =
        [.. Needs, new("posterior", Traits.DensityAnywhere), new("hierarchy", Traits.OneVariable)];

    /// <summary>log (1/K) Σ wₖ along a dimension of log weights.</summary>
    public static Tensor LogMean(this Tensor logWeight, int dimension) =>
        logWeight.logsumexp(dimension) - Math.Log(logWeight.size(dimension));

    /// <summary>The loss whose minimum is the highest bound, and the terms that are logged beside it.</summary>
    /// <param name="bound">The bound, of any shape.</param>
    /// <param name="trace">The pass that it was made from.</param>
    public static Losses Raise(Tensor bound, Trace trace) => Losses.Minimise(-bound.mean()).WithTerms(trace);

    /// <summary>Adds the terms that every bound logs.</summary>
    public static Losses WithTerms(this Losses losses, Trace trace) =>
        ByLevel(ByPart(losses.Log("reconstruction", -trace.LogLikelihood).Log("kl", trace.Divergence), trace.Latents[0]), trace.Latents);

    private static Losses ByPart(Losses losses, LatentTerm latent) => latent.DivergenceByPart is [var continuous, var discrete]
        ? losses.Log("kl-continuous", continuous).Log("kl-discrete", discrete)
        : losses;

    private static Losses ByLevel(Losses losses, IReadOnlyList<LatentTerm> latents) => latents.Count == 1
        ? losses
        : latents.Aggregate(losses, (all, latent) => all.Log($"kl-{latent.Level}", latent.Divergence));
}

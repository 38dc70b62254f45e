using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Models;

/// <summary>
/// Everything that an objective may read about one pass. Values are computed when first asked for, and once; a trace lives no longer than
/// the dispose scope that it was made in.
/// </summary>
/// <param name="batch">The examples.</param>
/// <param name="latents">The latent variables, the data's nearest first.</param>
/// <param name="likelihood">p(x|z) at the draws: [S, B, *].</param>
/// <param name="penalties">Losses that parts bring along (codebook, commitment …): a name, and a scalar or [B], in nats.</param>
public sealed class Trace(Batch batch, IReadOnlyList<LatentTerm> latents, Distribution likelihood,
    IReadOnlyList<(string Name, Tensor Value)>? penalties = null)
{
    private readonly Lazy<Tensor> logLikelihood = new(() => likelihood.LogProb(batch.X));

    /// <summary>The examples.</summary>
    public Batch Batch => batch;

    /// <summary>The latent variables.</summary>
    public IReadOnlyList<LatentTerm> Latents => latents;

    /// <summary>p(x|z) at the draws: [S, B, *].</summary>
    public Distribution Likelihood => likelihood;

    /// <summary>Losses that parts bring along: a name, and a scalar or [B], in nats.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Penalties => penalties ?? [];

    /// <summary>What layers that normalise over the batch found out about it; null where the pass does not train.</summary>
    public BatchStatistics? Statistics { get; init; }

    /// <summary>log p(x|z): [S, B].</summary>
    public Tensor LogLikelihood => logLikelihood.Value;

    /// <summary>Σ KL(q ‖ p) over the latent variables: [1 or S, B].</summary>
    public Tensor Divergence => latents.Select(latent => latent.Divergence).Aggregate((sum, term) => sum + term);

    /// <summary>log p(x, z) − log q(z|x): [S, B].</summary>
    public Tensor LogWeight => LogLikelihood - latents.Select(latent => latent.LogRatio).Aggregate((sum, term) => sum + term);
}

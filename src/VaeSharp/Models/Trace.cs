using VaeSharp.Distributions;
using VaeSharp.Networks;
using VaeSharp.Numerics;

namespace VaeSharp.Models;

/// <summary>
/// Everything that an objective may read about one pass. Values are computed when first asked for, and once; a trace lives no longer than
/// the dispose scope that it was made in.
/// </summary>
public sealed class Trace
{
    private readonly Batch batch;
    private readonly IReadOnlyList<LatentTerm> latents;
    private readonly IReadOnlyList<(string Name, Tensor Value)> penalties;
    private readonly Lazy<Distribution> likelihood;
    private readonly Lazy<Distribution> ungated;
    private readonly Lazy<Tensor> logLikelihood;
    private readonly Tensor drawn;
    private Tensor codes;

    /// <summary>A pass whose codes are still to be decoded; they are when p(x|z) is first asked for.</summary>
    /// <param name="batch">The examples.</param>
    /// <param name="latents">The latent variables, the data's nearest first.</param>
    /// <param name="decode">From codes, [S, B, *], to p(x|z): [S, B, *].</param>
    /// <param name="penalties">Losses that parts bring along (codebook, commitment …): a name, and a scalar or [B], in nats.</param>
    /// <param name="codes">The codes; null where they are the draws of the first latent variable.</param>
    public Trace(Batch batch, IReadOnlyList<LatentTerm> latents, Func<Tensor, Distribution> decode,
        IReadOnlyList<(string Name, Tensor Value)>? penalties = null, Tensor? codes = null)
    {
        (this.batch, this.latents, this.penalties) = (batch, latents, penalties ?? []);
        this.codes = drawn = codes ?? latents[0].Draw.Z;
        likelihood = new(() => decode(this.codes));
        ungated = new(() => ReferenceEquals(this.codes, drawn) ? Likelihood : decode(drawn));
        logLikelihood = new(() => Likelihood.LogProb(batch.X));
    }

    /// <summary>The examples.</summary>
    public Batch Batch => batch;

    /// <summary>The latent variables, the data's nearest first.</summary>
    public IReadOnlyList<LatentTerm> Latents => latents;

    /// <summary>The codes: the draws of the latent variable, or of all of them, one behind the other: [S, B, *].</summary>
    public Tensor Codes => drawn;

    /// <summary>p(x|z) at the draws: [S, B, *].</summary>
    public Distribution Likelihood => likelihood.Value;

    /// <summary>
    /// The same for those whose gradient must pass no gate, as a penalty's: <see cref="Likelihood"/> itself where there is none, else the
    /// draws are decoded again.
    /// </summary>
    public Distribution Ungated => ungated.Value;

    /// <summary>Losses that parts bring along: a name, and a scalar or [B], in nats.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Penalties => penalties;

    /// <summary>What parts have to say for the log, that is no loss: a name and a scalar.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Measures { get; init; } = [];

    /// <summary>What layers that normalise over the batch found out about it; null where the pass does not train.</summary>
    public BatchStatistics? Statistics { get; init; }

    /// <summary>log p(x|z): [S, B].</summary>
    public Tensor LogLikelihood => logLikelihood.Value;

    /// <summary>Σ KL(q ‖ p) over the latent variables: [1 or S, B].</summary>
    public Tensor Divergence => latents.Count == 1
        ? latents[0].Divergence
        : latents.Select(latent => latent.Divergence).Aggregate((sum, term) => sum + term);

    /// <summary>log p(x, z) − log q(z|x): [S, B].</summary>
    public Tensor LogWeight => LogLikelihood - latents.Select(latent => latent.LogRatio).Aggregate((sum, term) => sum + term);

    /// <summary>
    /// The same pass with the draws as the only way from its weights to the posterior: log q(z|x) is evaluated there with parameters that
    /// pass no gradient on, which leaves the path derivative ∂log w/∂z · ∂z/∂φ (Roeder et al. 2017, arXiv:1703.09194, algorithm 2).
    /// </summary>
    /// <param name="gate">What the way from weights to draws leads through; null for nothing.</param>
    /// <exception cref="NotSupportedException">There are several latent variables, whose posteriors may depend on each other's
    /// draws.</exception>
    /// <exception cref="InvalidOperationException">There is a gate, but the draws are decoded already.</exception>
    public Trace AlongDraws(GradientGate? gate = null)
    {
        if (latents.Count > 1)
            throw new NotSupportedException($"A gradient along the draws alone needs one latent variable, but there are {latents.Count}.");
        if (gate is not null && likelihood.IsValueCreated)
            throw new InvalidOperationException("The draws are decoded already. Ask for the gate before p(x|z).");
        codes = gate?.Pass(codes) ?? codes;
        return new Trace(batch, [latents[0].Along(codes)], _ => Likelihood, penalties) { Measures = Measures };
    }
}

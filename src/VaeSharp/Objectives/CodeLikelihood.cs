using VaeSharp.Models;

namespace VaeSharp.Objectives;

/// <summary>
/// −E log p(z) of codes z ~ q(z|x) of data: the cross-entropy of the aggregate posterior and the prior, least where the two are equal.
/// Where of log p(z) a bound is known, it is the bound's.
/// </summary>
internal sealed class CodeLikelihood : Objective
{
    private const string Prior = "prior";

    public CodeLikelihood() : base(nameof(CodeLikelihood)) => RegisterComponents();

    public override Losses Compute(Autoencoder model, Trace trace, Progress progress)
    {
        var latent = trace.Latents[^1];                                                          // the one that the prior is of
        var logPz = latent.Prior.LogBoundOf(latent.Draw.Detached(), progress.Noise);             // [1, B]
        var losses = Losses.Minimise(Prior, -logPz.mean());
        return latent.Draw.LogQ is { } logQ ? losses.Log("kl", logQ - logPz) : losses;
    }

    public override IReadOnlyList<Player> Players(Autoencoder model) => [new(Prior, [model.FindPrior()])];
}

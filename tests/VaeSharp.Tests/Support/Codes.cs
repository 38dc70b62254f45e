using VaeSharp.Distributions;
using VaeSharp.Models;
using VaeSharp.Objectives;

namespace VaeSharp.Tests.Support;

/// <summary>Passes of which the codes are what a test says, for penalties that look at nothing else.</summary>
internal static class Codes
{
    /// <summary>A latent variable with a standard normal prior, drawn from a posterior.</summary>
    public static LatentTerm Term(Distribution posterior, Draw draw) =>
        new(draw, posterior, new StandardNormal([draw.Z.size(-1)], CPU));

    /// <summary>A pass whose codes are given: [B, Z], with posteriors of no spread, or [S, B, Z] from a posterior.</summary>
    public static Trace Trace(Tensor z, Distribution? posterior = null)
    {
        var q = posterior ?? new Delta(z);
        var draw = posterior is null ? q.Rsample(1, new ReplayedNoise()) : new Draw(z, () => q.LogProb(z));
        return new Trace(new Batch(zeros(z.size(-2), 1)), [Term(q, draw)], _ => q);
    }

    /// <summary>What a penalty that asks nothing of the model says of such a pass.</summary>
    public static Losses Losses(PenaltySpec penalty, Trace trace, Progress? progress = null)
    {
        var built = penalty.Build(new LatentSpace(trace.Latents[0].Draw.Z.size(-1)));
        return built.Compute(null!, trace, progress ?? new Progress(new ReplayedNoise()) { Training = true });
    }

    /// <summary>The loss of the model's player.</summary>
    public static double Loss(PenaltySpec penalty, Trace trace) => Losses(penalty, trace).ByPlayer.Single().Loss.item<float>();

    /// <summary>A term of the log.</summary>
    public static double Term(this Losses losses, string name) => losses.Terms.Single(term => term.Name == name).Value.item<float>();
}

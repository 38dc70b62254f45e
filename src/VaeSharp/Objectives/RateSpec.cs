using VaeSharp.Models;
using VaeSharp.Specs;

namespace VaeSharp.Objectives;

/// <summary>How the divergence KL(q ‖ p) enters a bound.</summary>
[PartKind("rate", "rates")]
public abstract record RateSpec : PartSpec
{
    /// <summary>What the divergence of one latent variable adds to the loss: a scalar, in nats per example.</summary>
    public abstract Tensor Of(LatentTerm latent, Progress progress);
}

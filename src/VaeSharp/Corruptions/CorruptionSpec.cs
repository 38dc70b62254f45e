using VaeSharp.Specs;

namespace VaeSharp.Corruptions;

/// <summary>
/// What is done to the examples before the encoder sees them, while the model trains. The loss compares with the clean examples.
/// </summary>
/// <remarks>
/// Vincent et al. 2008: what undoes a corruption has learned where examples lie. Encoding and evaluation see clean examples.
/// </remarks>
[PartKind("corruption", "corruptions")]
public abstract record CorruptionSpec : PartSpec
{
    /// <summary>What the encoder sees instead of x: [B, *shape]. Null where it sees x.</summary>
    /// <param name="x">The examples: [B, *shape].</param>
    /// <param name="data">What one example is.</param>
    /// <param name="progress">Where the training stands, and the source of randomness.</param>
    public abstract Tensor? Of(Tensor x, DataSpec data, Progress progress);
}

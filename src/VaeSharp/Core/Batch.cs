namespace VaeSharp;

/// <summary>One minibatch.</summary>
/// <param name="X">The examples, in data space: [B, *].</param>
/// <param name="Labels">Their classes, [B] int64; or a weight for each class, [B, K] float.</param>
/// <param name="Corrupted">What the encoder sees instead of the examples, where one denoises: [B, *].</param>
public readonly record struct Batch(Tensor X, Tensor? Labels = null, Tensor? Corrupted = null)
{
    /// <summary>What the encoder sees: [B, *].</summary>
    public Tensor Input => Corrupted ?? X;

    /// <summary>Number B of examples.</summary>
    public long Size => X.size(0);
}

namespace VaeSharp.Corruptions;

/// <summary>The encoder sees the examples as they are. It draws no noise.</summary>
[Part("none", Formula = "x̃ = x")]
public sealed record NoCorruptionSpec : CorruptionSpec
{
    /// <inheritdoc/>
    public override Tensor? Of(Tensor x, DataSpec data, Progress progress) => null;
}

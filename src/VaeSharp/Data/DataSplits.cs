namespace VaeSharp.Data;

/// <summary>A data set's parts as its source divides them. Null where the source has no such part.</summary>
public sealed record DataSplits(Dataset Train, Dataset? Test = null, Dataset? Validation = null)
{
    /// <summary>What they were loaded by; null where a program made them.</summary>
    public DatasetSpec? Source { get; init; }
}

namespace VaeSharp.Data;

/// <summary>A data set's parts as its source divides them. Null where the source has no such part.</summary>
public sealed record DataSplits(Dataset Train, Dataset? Test = null, Dataset? Validation = null);

namespace VaeSharp.Data;

/// <summary>Examples that a program gave; they cannot be read again from a file.</summary>
[Part("memory")]
public sealed record MemorySpec : DatasetSpec
{
    /// <inheritdoc/>
    protected override DataSplits Read(DataContext context) =>
        throw new IOException("The data were given by a program and are not kept with the run. Give them again.");
}

namespace VaeSharp.Data;

/// <summary>What a source may use while it reads: the seed, where files are looked for and kept, and whom to tell how far it is.</summary>
public sealed record DataContext
{
    /// <summary>Seed of everything random about the data: generation, splits, static binarisation.</summary>
    public long Seed { get; init; }

    /// <summary>The folder that the user named for data (<c>--data-dir</c>); null where none was named.</summary>
    public string? Directory { get; init; }

    /// <summary>The folder that downloads are kept in; null for the user's cache folder.</summary>
    public string? Cache { get; init; }

    /// <summary>What gets missing files; null for one over the system's own connection.</summary>
    public Downloader? Downloader { get; init; }

    /// <summary>What reads pictures; null where the program has nothing that does.</summary>
    public IImageDecoder? ImageDecoder { get; init; }

    /// <summary>Called with what is being done and how much of it is done.</summary>
    public Action<DataProgress>? Progress { get; init; }

    /// <summary>Ends reading and downloading early.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>How far a long read has come.</summary>
/// <param name="What">A phrase such as <c>downloading train-images-idx3-ubyte.gz</c>.</param>
/// <param name="Done">The amount that is done.</param>
/// <param name="Total">The amount that there is; 0 where unknown.</param>
/// <param name="Unit">The unit of both: <c>B</c>, <c>images</c>.</param>
public readonly record struct DataProgress(string What, long Done, long Total, string Unit);

using System.Security.Cryptography;

namespace VaeSharp.Data;

/// <summary>Gets files of known size and checksum from the first mirror that has them.</summary>
/// <remarks>What has come stays in a <c>.part</c> file, from whose end the next attempt goes on, here or in a later run.</remarks>
public sealed class Downloader : IDisposable
{
    private const int MostAttempts = 4;                                              // for each mirror, as long as something comes

    private readonly HttpClient client;

    /// <summary>Prepares for downloads.</summary>
    /// <param name="handler">What carries requests; by default the system's connection.</param>
    public Downloader(HttpMessageHandler? handler = null)
    {
        client = new HttpClient(handler ?? new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("VaeSharp");
    }

    /// <summary>How long to wait for a mirror to go on before it is given up.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets one file.</summary>
    /// <param name="file">What is wanted.</param>
    /// <param name="mirrors">Addresses of the file, in the order in which they are tried.</param>
    /// <param name="folder">Where the file is put; made if it is missing.</param>
    /// <param name="progress">Told how much has come.</param>
    /// <param name="cancellation">Ends the download; what has come stays.</param>
    /// <returns>The file's path.</returns>
    /// <exception cref="IOException">No mirror gave the file; the message says why, a line for each. Or it cannot be written.</exception>
    public async Task<string> FetchAsync(RemoteFile file, IReadOnlyList<Uri> mirrors, string folder, Action<DataProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, file.Name);
        var failures = new List<string>();
        foreach (var mirror in mirrors)
        {
            var failure = await FetchFrom(mirror, file, path + ".part", progress, cancellation).ConfigureAwait(false);
            if (failure is null)
            {
                File.Move(path + ".part", path, overwrite: true);
                return path;
            }
            failures.Add($"  {mirror}: {failure}");
        }
        throw new IOException($"{file.Name} could not be downloaded:\n{string.Join('\n', failures)}");
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private async Task<string?> FetchFrom(Uri mirror, RemoteFile file, string part, Action<DataProgress>? progress,
        CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var transfer = new Transfer(client, mirror, file, Patience, progress, cancellation);
            long before, after;
            string? failure;
            await using (var stream = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
            {
                before = stream.Length;
                failure = await transfer.Run(stream).ConfigureAwait(false);
                if (failure is null && !await IsRight(stream, file, cancellation).ConfigureAwait(false))
                {
                    failure = "the checksum is wrong";
                    stream.SetLength(0);
                }
                after = stream.Length;
            }
            if (failure is null)
                return null;
            // A broken connection is worth another attempt while it brings something, and a part that proved useless one from the start.
            var again = after > before || (transfer.Resumed && after == 0);
            if (!again || attempt == MostAttempts)
                return failure;
        }
    }

    private static async Task<bool> IsRight(FileStream stream, RemoteFile file, CancellationToken cancellation)
    {
        stream.Position = 0;
        var hash = await SHA256.HashDataAsync(stream, cancellation).ConfigureAwait(false);
        return Convert.ToHexStringLower(hash) == file.Sha256;
    }
}

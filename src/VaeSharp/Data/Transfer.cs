using System.Net;
using System.Net.Http.Headers;

namespace VaeSharp.Data;

/// <summary>One attempt to get the rest of a file from one address.</summary>
internal sealed class Transfer(HttpClient client, Uri address, RemoteFile file, TimeSpan patience, Action<DataProgress>? progress,
    CancellationToken cancellation)
{
    private readonly byte[] buffer = new byte[1 << 16];

    /// <summary>Whether what an earlier attempt had left is part of the file.</summary>
    public bool Resumed { get; private set; }

    /// <summary>Appends to the part that is there. Gives null once the file has its length, else a phrase for what went wrong.</summary>
    /// <exception cref="IOException">The part cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The caller ended the download.</exception>
    public async Task<string?> Run(FileStream part)
    {
        if (part.Length > file.Bytes)
            part.SetLength(0);
        Resumed = part.Length > 0;
        if (part.Length == file.Bytes)
            return null;
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            using var response = await Ask(part.Length, timer).ConfigureAwait(false);
            if (Refusal(response, part) is { } refusal)
                return refusal;
            part.Position = part.Length;
            return await Copy(response, part, timer).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"no answer within {patience.TotalSeconds:0.#} s";
        }
        catch (HttpRequestException e)
        {
            return e.GetBaseException().Message;
        }
    }

    private async Task<HttpResponseMessage> Ask(long from, CancellationTokenSource timer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (from > 0)
            request.Headers.Range = new RangeHeaderValue(from, null);
        timer.CancelAfter(patience);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timer.Token).ConfigureAwait(false);
    }

    // Compares what the server is about to send with what is needed; where it sends all of the file, the part starts anew.
    private string? Refusal(HttpResponseMessage response, FileStream part)
    {
        if (response.StatusCode == HttpStatusCode.PartialContent)
        {
            var range = response.Content.Headers.ContentRange;
            if (range?.From == part.Length && (range.Length ?? file.Bytes) == file.Bytes)
                return null;
            part.SetLength(0);
            return "it answered with another part than was asked for";
        }
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            part.SetLength(0);
        if (response.StatusCode != HttpStatusCode.OK)
            return $"{(int)response.StatusCode} {response.ReasonPhrase}";
        if (response.Content.Headers.ContentLength is { } length && length != file.Bytes)
            return $"it has a file of {length:N0} bytes instead of {file.Bytes:N0}";
        part.SetLength(0);
        Resumed = false;
        return null;
    }

    private async Task<string?> Copy(HttpResponseMessage response, FileStream part, CancellationTokenSource timer)
    {
        using var source = await response.Content.ReadAsStreamAsync(timer.Token).ConfigureAwait(false);
        while (true)
        {
            timer.CancelAfter(patience);
            var read = await Read(source, timer.Token).ConfigureAwait(false);
            if (read <= 0)
                return part.Length == file.Bytes ? null : $"it ended after {part.Length:N0} of {file.Bytes:N0} bytes";
            if (read > file.Bytes - part.Length)
            {
                part.SetLength(0);
                return $"it sent more than the {file.Bytes:N0} bytes of the file";
            }
            await part.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            progress?.Invoke(new DataProgress($"downloading {file.Name}", part.Length, file.Bytes, "B"));
        }
    }

    // A connection that breaks ends the content; errors of the part file must not be taken for it.
    private async Task<int> Read(Stream source, CancellationToken token)
    {
        try
        {
            return await source.ReadAsync(buffer, token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return 0;
        }
    }
}

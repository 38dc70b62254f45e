using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace VaeSharp.Tests.Data;

/// <summary>What a server does wrong.</summary>
public enum Fault
{
    None,
    NoRanges,
    Missing,
    Truncated,
    Corrupt,
    Stalls,
    Longer,
    OtherFile,
    WrongRange,
    RefusesRanges,
}

/// <summary>A web server on this machine that has one file at each address, and may serve it badly.</summary>
internal sealed partial class FileServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly byte[] file;

    public FileServer(byte[] file)
    {
        this.file = file;
        listener.Start();
        _ = Accept();
    }

    /// <summary>Fault and first byte asked for, of each request.</summary>
    public ConcurrentQueue<(Fault Fault, int From)> Requests { get; } = new();

    public Uri this[Fault fault] => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/{fault}");

    public void Dispose()
    {
        end.Cancel();
        listener.Dispose();
        end.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
                _ = Serve(await listener.AcceptTcpClientAsync(end.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task Serve(TcpClient client)
    {
        using var closing = client;
        try
        {
            await Answer(client.GetStream());
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    private async Task Answer(NetworkStream stream)
    {
        var request = new StringBuilder();
        var buffer = new byte[4096];
        while (!request.ToString().Contains("\r\n\r\n"))
            request.Append(Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, end.Token)));
        var fault = Enum.Parse<Fault>(Address().Match(request.ToString()).Groups[1].Value);
        var range = Range().Match(request.ToString());
        var asked = range.Success ? int.Parse(range.Groups[1].Value) : 0;
        Requests.Enqueue((fault, asked));
        var from = fault is Fault.NoRanges or Fault.Corrupt or Fault.Longer or Fault.OtherFile ? 0 : asked;
        var body = Body(fault)[from..];
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Head(fault, from, asked, body.Length)), end.Token);
        var empty = fault == Fault.Missing || (fault == Fault.RefusesRanges && asked > 0);
        var cut = empty ? 0 : fault is Fault.Truncated or Fault.Stalls ? body.Length / 2 : body.Length;
        await stream.WriteAsync(body.AsMemory(0, cut), end.Token);
        if (fault == Fault.Stalls)
            await Task.Delay(Timeout.Infinite, end.Token);
    }

    private byte[] Body(Fault fault) => fault switch
    {
        Fault.Corrupt => [(byte)(file[0] ^ 1), .. file[1..]],
        Fault.Longer => [.. file, .. new byte[100_000]],
        Fault.OtherFile => file[..^1],
        _ => file,
    };

    private static string Head(Fault fault, int from, int asked, int length) => fault switch
    {
        Fault.Missing => "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        Fault.RefusesRanges when asked > 0 => "HTTP/1.1 416 Range Not Satisfiable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        Fault.Longer => "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",                // its length shows only at its end
        Fault.WrongRange when asked > 0 => Partial(asked + 1, length),
        _ when from > 0 => Partial(from, length),
        _ => $"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n",
    };

    private static string Partial(int from, int length) =>
        $"HTTP/1.1 206 Partial Content\r\nConnection: close\r\nContent-Length: {length}\r\n"
        + $"Content-Range: bytes {from}-{from + length - 1}/*\r\n\r\n";

    [GeneratedRegex(@"^GET /(\w+)")]
    private static partial Regex Address();

    [GeneratedRegex(@"Range: bytes=(\d+)-", RegexOptions.IgnoreCase)]
    private static partial Regex Range();
}

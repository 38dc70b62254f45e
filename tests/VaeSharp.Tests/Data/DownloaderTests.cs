using System.Security.Cryptography;
using VaeSharp.Data;
using VaeSharp.Tests.Interop;

namespace VaeSharp.Tests.Data;

public sealed class DownloaderTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7 % 251))];
    private static readonly RemoteFile Wanted = new("file.gz", Content.Length, Convert.ToHexStringLower(SHA256.HashData(Content)));

    private readonly Scratch files = new();
    private readonly FileServer server = new(Content);
    private readonly Downloader downloader = new();

    [Theory]
    [InlineData(Fault.None)]
    [InlineData(Fault.NoRanges)]
    [InlineData(Fault.RefusesRanges)]
    public async Task A_file_arrives_whole(Fault server)
    {
        var told = new List<DataProgress>();
        Assert.Equal(Content, await File.ReadAllBytesAsync(await Fetch(told.Add, server)));
        Assert.Equal(new DataProgress("downloading file.gz", Content.Length, Content.Length, "B"), told[^1]);
        Assert.False(File.Exists(files["file.gz.part"]));
    }

    [Fact]
    public async Task The_next_mirror_goes_on_where_the_one_before_broke_off()
    {
        Assert.Equal(Content, await File.ReadAllBytesAsync(await Fetch(null, Fault.Missing, Fault.Truncated, Fault.None)));
        Assert.Contains(server.Requests, request => request.Fault == Fault.None && request.From > Content.Length / 2);
    }

    [Fact]
    public async Task A_broken_connection_is_taken_up_again()
    {
        await Assert.ThrowsAsync<IOException>(() => Fetch(null, Fault.Truncated));
        Assert.Equal(4, server.Requests.Count);                                     // each brought half of the rest
        Assert.Equal(Content.Length * 15 / 16, new FileInfo(files["file.gz.part"]).Length, tolerance: 2.0);
    }

    [Theory]
    [InlineData(Fault.None, 1)]
    [InlineData(Fault.NoRanges, 1)]
    [InlineData(Fault.RefusesRanges, 2)]
    [InlineData(Fault.WrongRange, 2)]
    public async Task A_good_part_is_used_or_replaced(Fault fault, int requests)
    {
        files.Write("file.gz.part", Content[..1000]);
        Assert.Equal(Content, await File.ReadAllBytesAsync(await Fetch(null, fault)));
        Assert.Equal(requests, server.Requests.Count);
        Assert.Equal(1000, server.Requests.First().From);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(300_000)]
    [InlineData(400_000)]
    public async Task A_part_of_something_else_is_thrown_away(int length)
    {
        files.Write("file.gz.part", new byte[length]);
        Assert.Equal(Content, await File.ReadAllBytesAsync(await Fetch(null, Fault.None)));
        Assert.Equal(0, server.Requests.Last().From);
    }

    [Fact]
    public async Task Every_address_is_named_with_what_went_wrong_there()
    {
        var closed = new Uri("http://127.0.0.1:1/closed");
        Fault[] faults = [Fault.Missing, Fault.Corrupt, Fault.Longer, Fault.OtherFile];
        var error = await Assert.ThrowsAsync<IOException>(
            () => downloader.FetchAsync(Wanted, [closed, .. faults.Select(fault => server[fault])], files.Folder));
        var lines = error.Message.Split('\n');
        Assert.Equal(6, lines.Length);
        Assert.Contains("refused", lines[1]);
        Assert.Contains("404", lines[2]);
        Assert.Contains("checksum", lines[3]);
        Assert.Contains("more than", lines[4]);
        Assert.Contains("299,999 bytes instead of 300,000", lines[5]);
        Assert.False(File.Exists(files["file.gz"]));
    }

    [Fact]
    public async Task A_server_that_says_nothing_more_is_given_up()
    {
        using var impatient = new Downloader { Patience = TimeSpan.FromSeconds(0.5) };
        var error = await Assert.ThrowsAsync<IOException>(() => impatient.FetchAsync(Wanted, [server[Fault.Stalls]], files.Folder));
        Assert.Contains("no answer within 0.5 s", error.Message);
    }

    [Fact]
    public async Task Ending_a_download_keeps_what_has_come()
    {
        using var cancellation = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => downloader.FetchAsync(Wanted, [server[Fault.None]], files.Folder, _ => cancellation.Cancel(), cancellation.Token));
        Assert.InRange(new FileInfo(files["file.gz.part"]).Length, 1, Content.Length);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_ends_the_download_at_once()
    {
        files.Write("file", 1);
        await Assert.ThrowsAnyAsync<IOException>(() => downloader.FetchAsync(Wanted, [server[Fault.None]], files["file"]));
        Assert.Empty(server.Requests);
    }

    public void Dispose()
    {
        downloader.Dispose();
        server.Dispose();
        files.Dispose();
    }

    private Task<string> Fetch(Action<DataProgress>? progress, params Fault[] mirrors) =>
        downloader.FetchAsync(Wanted, [.. mirrors.Select(fault => server[fault])], files.Folder, progress);
}

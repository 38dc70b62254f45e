using System.Security.Cryptography;
using VaeSharp.Data;
using VaeSharp.Tests.Interop;

namespace VaeSharp.Tests.Data;

public sealed class IdxDatasetTests : IDisposable
{
    private readonly Scratch files = new();

    [Theory]
    [InlineData("")]
    [InlineData("tiny/")]
    public void Files_are_found_in_the_folder_and_in_its_sub_folder(string folder)
    {
        foreach (var (name, bytes) in TinySpec.Content)
            files.Write(folder + name, bytes);
        Check(new TinySpec().Load(Offline()));
    }

    [Fact]
    public void Files_that_were_unpacked_are_found()
    {
        foreach (var (name, bytes) in TinySpec.Raw)
            files.Write("tiny/" + name.Replace(".gz", "").Replace("-idx", ".idx"), bytes);
        Check(new TinySpec().Load(Offline()));
    }

    [Fact]
    public void Only_what_is_missing_is_downloaded_into_the_cache()
    {
        var all = TinySpec.Content.ToDictionary();
        files.Write("tiny-a-idx3.gz", all["tiny-a-idx3.gz"]);
        var asked = new List<string>();
        using var downloader = new Downloader(new Answers(request =>
        {
            asked.Add(request.RequestUri!.ToString());
            return new HttpResponseMessage { Content = new ByteArrayContent(all[request.RequestUri.Segments[^1]]) };
        }));
        Check(new TinySpec().Load(Offline() with { Downloader = downloader }));
        Assert.Equal(3, asked.Count);
        Assert.Equal("http://b.test/tiny-b-idx1.gz?raw", asked[0]);
        Assert.True(File.Exists(files["cache/tiny/tiny-b-idx1.gz"]));
    }

    [Fact]
    public void Offline_the_error_says_what_was_tried_and_what_to_put_where()
    {
        var present = files.Write("tiny/tiny-c-idx3.gz", 1);
        var error = Assert.Throws<IOException>(() => new TinySpec().Load(Offline())).Message;
        Assert.Contains("http://b.test/tiny-a-idx3.gz?raw: no network", error);
        Assert.Contains($"There is {present}.", error);
        Assert.Contains($"Put tiny-a-idx3.gz, tiny-b-idx1.gz, tiny-d-idx1.gz into {files["cache/tiny"]}", error);
        Assert.Contains("--data digits", error);
    }

    [Fact]
    public void Files_that_do_not_fit_each_other_are_refused()
    {
        foreach (var (name, bytes) in TinySpec.Content)
            files.Write(name, name.Contains("-d-") ? IdxTests.Zip([0, 0, 8, 1, 0, 0, 0, 1, 3]) : bytes);
        Assert.Throws<InvalidDataException>(() => new TinySpec().Load(Offline()));
        files.Write("tiny-d-idx1.gz", IdxTests.Zip([0, 0, 8, 1, 0, 0, 0, 2, 3, 77]));
        Assert.Contains("Labels must be", Assert.Throws<InvalidDataException>(() => new TinySpec().Load(Offline())).Message);
    }

    [Fact]
    public void Specs_of_one_description_are_equal() => Assert.Equal(new MnistSpec { Limit = 3 }, new MnistSpec { Limit = 3 });

    public void Dispose() => files.Dispose();

    private DataContext Offline() => new()
    {
        Directory = files.Folder,
        Cache = files["cache"],
        Downloader = new Downloader(new Answers(_ => throw new HttpRequestException("no network"))),
    };

    private static void Check(DataSplits splits)
    {
        Assert.Equal([1, 1, 2], splits.Train.Spec.Shape);
        Assert.Equal((3, 2), (splits.Train.Count, splits.Test!.Count));
        Assert.Equal([7, 8, 9], Enumerable.Range(0, 3).Select(splits.Train.Label));
        var pixels = new byte[2];
        splits.Test.CopyTo([1], pixels);
        Assert.Equal([30, 40], pixels);
    }

    private sealed class Answers(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.Run(() => answer(request), cancellationToken);
    }

    private sealed record TinySpec : IdxDatasetSpec
    {
        public static readonly (string Name, byte[] Bytes)[] Raw =
        [
            ("tiny-a-idx3.gz", [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6]),
            ("tiny-b-idx1.gz", [0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]),
            ("tiny-c-idx3.gz", [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 10, 20, 30, 40]),
            ("tiny-d-idx1.gz", [0, 0, 8, 1, 0, 0, 0, 2, 0, 1]),
        ];

        public static IEnumerable<KeyValuePair<string, byte[]>> Content =>
            Raw.Select(file => KeyValuePair.Create(file.Name, IdxTests.Zip(file.Bytes)));

        protected override string Name => "tiny";

        protected override IReadOnlyList<RemoteFile> Files =>
            [.. Content.Select(file => new RemoteFile(file.Key, file.Value.Length, Convert.ToHexStringLower(SHA256.HashData(file.Value))))];

        protected override IReadOnlyList<string> Mirrors => ["http://b.test/{0}?raw"];
    }
}

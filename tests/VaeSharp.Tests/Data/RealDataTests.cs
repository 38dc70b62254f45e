using System.Security.Cryptography;
using VaeSharp.Data;
using VaeSharp.Interop;
using VaeSharp.Tests.Interop;

namespace VaeSharp.Tests.Data;

/// <summary>The published files, where the environment names a folder that has them.</summary>
public sealed class RealDataTests
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable(DataFolders.Variable);

    [Theory]
    [InlineData("mnist", "5041921314", 33.318421)]
    [InlineData("fashion-mnist", "9003027255", 72.940352)]
    public void Training_pictures_are_the_published_ones(string name, string labels, double mean)
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(Folder ?? "", name)), $"{DataFolders.Variable} names no folder with {name}.");
        DatasetSpec spec = name == "mnist" ? new MnistSpec() : new FashionMnistSpec();
        var (train, test, _) = spec.Load(new DataContext());
        Assert.Equal((60_000, 10_000), (train.Count, test!.Count));
        Assert.Equal([1, 28, 28], train.Spec.Shape);
        Assert.Equal(labels, string.Concat(Enumerable.Range(0, 10).Select(train.Label)));
        var pixels = new byte[60_000 * 784];
        train.CopyTo([.. Enumerable.Range(0, 60_000)], pixels);
        Assert.Equal(mean, pixels.Average(pixel => pixel), tolerance: 1e-5);
    }

    [Fact]
    public void Mnist_unpacks_to_the_bytes_of_its_checksum()
    {
        var path = Path.Combine(Folder ?? "", "mnist", "train-images-idx3-ubyte.gz");
        Assert.SkipUnless(File.Exists(path), $"{DataFolders.Variable} names no folder with mnist.");
        byte[] header = [0, 0, 8, 3, 0, 0, 0xEA, 0x60, 0, 0, 0, 28, 0, 0, 0, 28];
        var hash = SHA256.HashData([.. header, .. Idx.Read(path).ToBytes()]);
        Assert.Equal("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", Convert.ToHexStringLower(hash));
    }

    [Fact]
    public void Half_of_kmnist_says_which_half_is_missing()
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(Folder ?? "", "kmnist")), $"{DataFolders.Variable} names no folder with kmnist.");
        Assert.SkipWhen(File.Exists(Path.Combine(Folder!, "kmnist", "train-images-idx3-ubyte.gz")), "All of kmnist is there.");
        using var files = new Scratch();
        using var downloader = new Downloader(new Offline());
        var context = new DataContext { Cache = files.Folder, Downloader = downloader };
        var error = Assert.Throws<IOException>(() => new KmnistSpec().Load(context));
        Assert.Contains("Put train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz into", error.Message);
    }

    [Fact]
    public void Arrays_of_numpy_are_read()
    {
        var path = Path.Combine(Folder ?? "", "keras", "mlp.io.npz");
        Assert.SkipUnless(File.Exists(path), $"{DataFolders.Variable} names no folder with keras/mlp.io.npz.");
        using var file = NpzFile.Open(path);
        Assert.All(file.Names, name =>
        {
            var array = file.Read(name);
            Assert.Equal(array.Shape.Aggregate(1L, (product, size) => product * size), array.ToDoubles().Length);
        });
    }

    private sealed class Offline : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new HttpRequestException("no network");
    }
}

using System.Buffers.Binary;
using System.IO.Compression;
using VaeSharp.Interop;

namespace VaeSharp.Tests.Interop;

/// <summary>Small files that unpack to far more than a model can use are refused, and the memory is not taken.</summary>
public sealed class KerasBombTests : IDisposable
{
    private const int Bomb = 128 << 20;
    private const int MostBytes = 1 << 20;

    private readonly Scratch files = new();

    [Fact]
    public void An_archive_of_zeros_is_not_unpacked()
    {
        var path = Zipped(Bomb);
        Assert.InRange(new FileInfo(path).Length, 1, Bomb / 900);
        Assert.Contains("more than 1,048,576 bytes of weights", Scratch.Refused(path, () => KerasWeights.Read(path, MostBytes)));
    }

    [Fact]
    public void An_archive_that_understates_its_size_is_unpacked_no_further()
    {
        var bytes = File.ReadAllBytes(Zipped(Bomb));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(bytes.AsSpan().IndexOf("PK\x1\x2"u8) + 24), 1000);
        var path = files.Write("b.keras", bytes);
        Scratch.Refused(path, () => KerasWeights.Read(path, MostBytes));
    }

    [Theory]
    [InlineData("earliest", "(1 << 25,)", "chunks=(1 << 25,)")]
    [InlineData("latest", "(1 << 25,)", "chunks=(1 << 25,)")]
    [InlineData("earliest", "(1 << 25,)", "chunks=(1 << 16,)")]
    [InlineData("latest", "(1 << 25,)", "chunks=(1 << 16,)")]
    [InlineData("earliest", "(4,)", "chunks=(1 << 25,), maxshape=(None,)")]
    public void Chunks_of_zeros_are_not_unpacked(string version, string shape, string how)
    {
        var path = files["a.weights.h5"];
        Python.Run($$"""
            with h5py.File(a[0], 'w', libver=a[1]) as f:
                f.create_group('layers/dense/vars').create_dataset('0', {{shape}}, 'f4', compression='gzip', {{how}})[:] = 0
            """, path, version);
        Assert.InRange(new FileInfo(path).Length, 1, Bomb / 100);
        Assert.Contains("more than 1,048,576 bytes of weights", Scratch.Refused(path, () => KerasWeights.Read(path, MostBytes)));
    }

    [Fact]
    public void All_arrays_count_together_and_as_they_are_in_memory()
    {
        var layers = Enumerable.Range(0, 8).Select(i => new KerasLayer($"l{i}", "dense", [NdArray.From(new float[1000], 1000)])).ToList();
        var path = files["a.weights.h5"];
        KerasWeights.Write(path, "vae", layers, []);
        Assert.Equal(8, KerasWeights.Read(path, 32_000)[0].Layers.Count);
        Assert.Contains("more than 31,999 bytes", Scratch.Refused(path, () => KerasWeights.Read(path, 31_999)));
        using (var archive = ZipFile.Open(files["a.keras"], ZipArchiveMode.Create))
            archive.CreateEntryFromFile(path, "model.weights.h5");
        Assert.Equal(8, KerasWeights.Read(files["a.keras"], 32_000)[0].Layers.Count);
        Assert.Contains("more than 31,999 bytes", Scratch.Refused("a.keras", () => KerasWeights.Read(files["a.keras"], 31_999)));
        Assert.Throws<ArgumentOutOfRangeException>(() => KerasWeights.Read(path, -1));
    }

    [Fact]
    public void Halves_count_as_the_single_precision_that_they_become()
    {
        var path = files["a.weights.h5"];
        Python.Run("""
            with h5py.File(a[0], 'w') as f:
                f.create_group('layers/dense/vars')['0'] = np.zeros(1000, 'u2')
                f['layers/dense/vars/0'].attrs['dtype'] = 'bfloat16'
            """, path);
        Assert.Equal(1000, KerasWeights.Read(path, 4000)[0].Layers[0].Weights[0].Length);
        Scratch.Refused(path, () => KerasWeights.Read(path, 3999));
    }

    public void Dispose() => files.Dispose();

    private string Zipped(int zeros)
    {
        using var archive = ZipFile.Open(files["a.keras"], ZipArchiveMode.Create);
        using var entry = archive.CreateEntry("model.weights.h5", CompressionLevel.Optimal).Open();
        var block = new byte[1 << 20];
        for (var written = 0; written < zeros; written += block.Length)
            entry.Write(block);
        return files["a.keras"];
    }
}

using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using VaeSharp.Interop;

namespace VaeSharp.Tests.Interop;

public sealed class NpzTests : IDisposable
{
    private readonly Scratch files = new();

    [Fact]
    public void Arrays_come_back_by_name()
    {
        using var file = NpzFile.Open(Write(("x", NdArray.From([1f, 2f], 2)), ("../../y", NdArray.From([3], 1))));
        Assert.Equal(["x", "../../y"], file.Names);                                 // a name is a name: nothing is unpacked to the disk
        Assert.Equal([1, 2], file.Read("x").ToFloats());
        Assert.Equal([3], file.Read("../../y").ToInts());
        Assert.Contains("x, ../../y", Assert.Throws<KeyNotFoundException>(() => file.Read("z")).Message);
    }

    [Fact]
    public void An_array_that_unpacks_to_more_than_it_declares_is_refused()
    {
        using (var archive = ZipFile.Open(files["bomb.npz"], ZipArchiveMode.Create))
        {
            using var entry = archive.CreateEntry("x.npy").Open();
            Npy.Write(entry, NdArray.From(new byte[10], 10));
            for (var i = 0; i < 64; i++)
                entry.Write(new byte[1 << 20]);
        }
        using var file = NpzFile.Open(files["bomb.npz"]);
        Assert.Contains("more data", Scratch.Refused("bomb.npz", () => file.Read("x")));
    }

    [Fact]
    public void A_claim_of_terabytes_takes_no_memory()
    {
        using (var archive = ZipFile.Open(files["huge.npz"], ZipArchiveMode.Create))
        {
            using var entry = archive.CreateEntry("x.npy").Open();
            Npy.Write(entry, new NdArray("<f8", [1L << 42], new byte[80]));
        }
        using var file = NpzFile.Open(files["huge.npz"]);
        Scratch.Refused("huge.npz", () => file.Read("x"));
    }

    [Fact]
    public void A_wrong_checksum_is_noticed()
    {
        using (var archive = ZipFile.Open(files["a.npz"], ZipArchiveMode.Create))
        {
            using var entry = archive.CreateEntry("x.npy", CompressionLevel.NoCompression).Open();
            Npy.Write(entry, NdArray.From([1, 2, 3, 4, 0x77777777], 5));
        }
        var bytes = File.ReadAllBytes(files["a.npz"]);
        bytes[bytes.AsSpan().IndexOf(new byte[] { 0x77, 0x77, 0x77, 0x77 })] = 0x76;
        files.Write("a.npz", bytes);
        using var file = NpzFile.Open(files["a.npz"]);
        Assert.Contains("checksum", Scratch.Refused("a.npz", () => file.Read("x")));
    }

    [Fact]
    public void Something_else_than_an_archive_is_refused()
    {
        var path = files.Write("a.npz", 1, 2, 3);
        Scratch.Refused(path, () => NpzFile.Open(path));
    }

    [Fact]
    public void Changed_bytes_are_read_or_refused()
    {
        var original = File.ReadAllBytes(Write(("x", NdArray.From(new float[50], 50)), ("y", NdArray.From([3], 1))));
        Prop.ForAll<int, byte, int>((at, value, cut) =>
        {
            var bytes = original.ToArray();
            bytes[(int)((uint)at % bytes.Length)] = value;
            bytes[(int)((uint)cut * 2654435761 % bytes.Length)] ^= (byte)(cut % 3);
            var path = files.Write("m.npz", cut % 5 == 0 ? bytes[..(int)((uint)cut % bytes.Length)] : bytes);
            return Scratch.ReadsOrRefuses(() =>
            {
                using var file = NpzFile.Open(path);
                foreach (var name in file.Names)
                    file.Read(name);
            });
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    public void Dispose() => files.Dispose();

    private string Write(params (string Name, NdArray Array)[] arrays)
    {
        NpzFile.Write(files["a.npz"], arrays.Select(pair => KeyValuePair.Create(pair.Name, pair.Array)));
        return files["a.npz"];
    }
}

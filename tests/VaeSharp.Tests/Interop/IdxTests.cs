using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using VaeSharp.Interop;

namespace VaeSharp.Tests.Interop;

public sealed class IdxTests : IDisposable
{
    private readonly Scratch files = new();

    [Theory]
    [InlineData(0x08, new byte[] { 1, 2 })]
    [InlineData(0x09, new byte[] { 1, 2 })]
    [InlineData(0x0B, new byte[] { 0, 1, 0, 2 })]
    [InlineData(0x0C, new byte[] { 0, 0, 0, 1, 0, 0, 0, 2 })]
    [InlineData(0x0D, new byte[] { 0x3F, 0x80, 0, 0, 0x40, 0, 0, 0 })]
    [InlineData(0x0E, new byte[] { 0x3F, 0xF0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0 })]
    public void Every_type_is_understood_compressed_or_not(byte type, byte[] data)
    {
        byte[] file = [0, 0, type, 2, 0, 0, 0, 1, 0, 0, 0, 2, .. data];
        foreach (var bytes in new[] { file, Zip(file) })
        {
            var array = Idx.Read(files.Write("a", bytes));
            Assert.Equal([1, 2], array.Shape);
            Assert.Equal([1, 2], array.ToFloats());
        }
    }

    [Theory]
    [InlineData(new byte[] { }, "header")]
    [InlineData(new byte[] { 0, 0, 8 }, "header")]
    [InlineData(new byte[] { 1, 0, 8, 1, 0, 0, 0, 1, 5 }, "no IDX file")]
    [InlineData(new byte[] { 0, 0, 7, 1, 0, 0, 0, 1, 5 }, "no IDX file")]
    [InlineData(new byte[] { 0, 0, 8, 0, 5 }, "no IDX file")]
    [InlineData(new byte[] { 0, 0, 8, 255, 5 }, "no IDX file")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0 }, "header")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 2, 5 }, "truncated")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 1, 5, 6 }, "more data")]
    [InlineData(new byte[] { 0, 0, 8, 1, 255, 255, 255, 255, 5 }, "truncated")]
    [InlineData(new byte[] { 0, 0, 14, 2, 255, 255, 255, 255, 255, 255, 255, 255, 5 }, "impossible")]
    [InlineData(new byte[] { 0, 0, 14, 2, 255, 0, 0, 0, 255, 0, 0, 0, 5 }, "impossible|truncated")]
    public void A_file_that_lies_is_refused_compressed_or_not(byte[] file, string messages)
    {
        foreach (var bytes in new[] { file, Zip(file) })
        {
            var path = files.Write("hostile.idx", bytes);
            var error = Scratch.Refused(path, () => Idx.Read(path));
            Assert.Contains(messages.Split('|'), error.Contains);
        }
    }

    [Fact]
    public void A_bomb_is_given_up_after_what_it_declares()
    {
        var path = files.Write("bomb.gz", Zip([0, 0, 8, 1, 0, 0, 0, 10, .. new byte[100 << 20]]));
        Assert.Contains("more data", Scratch.Refused(path, () => Idx.Read(path)));
    }

    [Fact]
    public void A_claim_that_a_small_file_could_hold_takes_memory_only_as_it_arrives()
    {
        var random = new byte[1 << 18];                                             // does not compress: could hold 270 MB, holds 0.3
        new Random(1).NextBytes(random);
        var path = files.Write("claim.gz", Zip([0, 0, 8, 1, 0x0F, 0, 0, 0, .. random]));
        Assert.Contains("truncated", Scratch.Refused(path, () => Idx.Read(path)));
    }

    [Fact]
    public void A_cut_or_changed_archive_is_refused()
    {
        var whole = Zip([0, 0, 8, 1, 0, 0, 0, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        var cut = files.Write("cut.gz", whole[..^12]);
        Scratch.Refused(cut, () => Idx.Read(cut));
        Prop.ForAll<int, byte>((at, value) =>
        {
            var bytes = whole.ToArray();
            bytes[(int)((uint)at % bytes.Length)] = value;
            var path = files.Write("m.gz", bytes);
            return Scratch.ReadsOrRefuses(() => Idx.Read(path));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Fact]
    public void A_missing_file_or_a_folder_is_named()
    {
        Assert.Contains("missing", Assert.ThrowsAny<IOException>(() => Idx.Read(files["missing"])).Message);
        Assert.Contains("folder", Assert.ThrowsAny<IOException>(() => Idx.Read(files.Folder)).Message);
    }

    [Fact]
    public void Any_bytes_are_read_or_refused() => Prop.ForAll<byte[]>(bytes =>
        Scratch.ReadsOrRefuses(() => Idx.Read(files.Write("a", bytes)))
        && Scratch.ReadsOrRefuses(() => Idx.Read(files.Write("b", [0, 0, 8, .. bytes])))).QuickCheckThrowOnFailure();

    public void Dispose() => files.Dispose();

    internal static byte[] Zip(ReadOnlySpan<byte> bytes)
    {
        using var target = new MemoryStream();
        using (var zip = new GZipStream(target, CompressionLevel.Fastest))
            zip.Write(bytes);
        return target.ToArray();
    }
}

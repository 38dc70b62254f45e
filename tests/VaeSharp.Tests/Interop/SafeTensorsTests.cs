using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using VaeSharp.Interop;

namespace VaeSharp.Tests.Interop;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly Scratch files = new();

    [Fact]
    public void Tensors_and_texts_come_back()
    {
        var path = files["a.safetensors"];
        SafeTensors.Write(path, [new("b", "F32", [2, 1], new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }),
            new("a", "U8", [3], new byte[] { 7, 8, 9 }), new("none", "F32", [0, 5], default(ReadOnlyMemory<byte>)),
            new("scalar", "I64", [], new byte[8])],
            new Dictionary<string, string> { ["format"] = "1", ["note"] = "a \"β\"\nline" });
        using var file = SafeTensorsFile.Open(path);
        Assert.Equal(["a", "b", "none", "scalar"], file.Tensors.Select(entry => entry.Name));
        Assert.Equal([2, 1], file.Find("b")!.Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], file.Read("b"));
        Assert.Equal([7, 8, 9], file.Read("a"));
        Assert.Empty(file.Read("none"));
        Assert.Equal("a \"β\"\nline", file.Metadata["note"]);
        Assert.Null(file.Find("c"));
    }

    [Fact]
    public void A_tensor_can_be_read_in_pieces()
    {
        SafeTensors.Write(files["a"], [new("a", "U8", [4], new byte[] { 1, 2, 3, 4 })]);
        using var file = SafeTensorsFile.Open(files["a"]);
        var piece = new byte[2];
        file.Read("a", piece, from: 1);
        Assert.Equal([2, 3], piece);
        Assert.Throws<ArgumentException>(() => file.Read("a", new byte[2], from: 3));
        Assert.Throws<KeyNotFoundException>(() => file.Read("b"));
    }

    [Fact]
    public void Every_tensor_is_aligned_to_its_elements()
    {
        StoredTensor[] tensors = [new("a", "U8", [3], new byte[3]), new("b", "F64", [1], new byte[8]), new("c", "BF16", [1], new byte[2])];
        SafeTensors.Write(files["a"], tensors);
        using var file = SafeTensorsFile.Open(files["a"]);
        Assert.All(file.Tensors, entry => Assert.Equal(0, entry.Offset % SafeTensors.ElementSize(entry.DType)));
    }

    [Fact]
    public void Any_tensors_round_trip() => Prop.ForAll<byte[][]>(contents =>
    {
        var path = files["p"];
        SafeTensors.Write(path, contents.Select((bytes, i) => new StoredTensor($"t{i}", "U8", [bytes.Length], bytes)));
        using var file = SafeTensorsFile.Open(path);
        return file.Tensors.Count == contents.Length
            && contents.Select((bytes, i) => file.Read($"t{i}").SequenceEqual(bytes)).All(same => same);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("F31", 4, "F31")]
    [InlineData("F32", 3, "4 bytes")]
    public void A_tensor_that_is_not_what_it_says_is_not_written(string type, int bytes, string message)
    {
        var error = Assert.Throws<ArgumentException>(() => SafeTensors.Write(files["a"], [new("a", type, [1], new byte[bytes])]));
        Assert.Contains(message, error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(files.Folder));
    }

    [Fact]
    public void Two_tensors_of_one_name_are_not_written() => Assert.Throws<ArgumentException>(
        () => SafeTensors.Write(files["a"], [new("a", "U8", [1], new byte[1]), new("a", "U8", [1], new byte[1])]));

    [Theory]
    [InlineData("not json", "JSON")]
    [InlineData("[]", "JSON")]
    [InlineData("{}  x", "JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""", "JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", "lacks")]
    [InlineData("""{"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}""", "unknown type")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "negative")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", "fractional")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", "bytes 4 to 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", "negative")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "has 8")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4398046511104],"data_offsets":[0,4398046511104]}}""", "beyond the file")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", "impossible shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}""", "impossible shape")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", "overlap")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", "gap")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", "twice")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", "4 follow")]
    [InlineData("""{"__metadata__":{"a":1},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "JSON")]
    [InlineData("""{"\ud800":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "JSON")]
    public void A_header_that_lies_is_refused(string json, string message)
    {
        var path = WriteFile(json, 4);
        Assert.Contains(message, Scratch.Refused(path, () => SafeTensorsFile.Open(path)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(8)]
    public void A_file_that_is_too_short_is_refused(int length)
    {
        var path = files.Write("a", [.. Enumerable.Repeat((byte)1, length)]);
        Scratch.Refused(path, () => SafeTensorsFile.Open(path));
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 62)]
    [InlineData(100_000_001UL)]
    [InlineData(99_000_000UL)]
    public void A_header_that_claims_more_than_there_is_takes_no_memory(ulong length)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        var path = files.Write("a", bytes);
        Scratch.Refused(path, () => SafeTensorsFile.Open(path));
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("missing.st", Assert.ThrowsAny<IOException>(() => SafeTensorsFile.Open(files["missing.st"])).Message);

    [Fact]
    public void Changed_bytes_are_read_or_refused()
    {
        SafeTensors.Write(files["a"], [new("ab", "F32", [2], new byte[8]), new("c", "U8", [3], new byte[3])]);
        var original = File.ReadAllBytes(files["a"]);
        Prop.ForAll<int, byte, byte>((at, value, cut) =>
        {
            var bytes = original.ToArray();
            bytes[(int)((uint)at % bytes.Length)] = value;
            var path = files.Write("m", cut % 4 == 0 ? bytes[..(bytes.Length - cut % bytes.Length)] : bytes);
            return Scratch.ReadsOrRefuses(() =>
            {
                using var file = SafeTensorsFile.Open(path);
                foreach (var entry in file.Tensors)
                    file.Read(entry.Name);
            });
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Fact]
    public void Any_bytes_are_read_or_refused() => Prop.ForAll<byte[]>(bytes =>
    {
        var path = WriteFile(Encoding.Latin1.GetString(bytes), 0);
        return Scratch.ReadsOrRefuses(() => SafeTensorsFile.Open(path).Dispose())
            && Scratch.ReadsOrRefuses(() => SafeTensorsFile.Open(files.Write("raw", bytes)).Dispose());
    }).QuickCheckThrowOnFailure();

    public void Dispose() => files.Dispose();

    private string WriteFile(string json, int dataBytes)
    {
        var header = Encoding.UTF8.GetBytes(json);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return files.Write("hostile.safetensors", [.. length, .. header, .. new byte[dataBytes]]);
    }
}

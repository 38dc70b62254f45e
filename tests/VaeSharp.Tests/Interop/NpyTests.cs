using System.Text;
using FsCheck;
using FsCheck.Fluent;
using VaeSharp.Interop;

namespace VaeSharp.Tests.Interop;

public sealed class NpyTests : IDisposable
{
    private readonly Scratch files = new();

    [Fact]
    public void Any_numbers_round_trip() => Prop.ForAll<float[], long[]>((floats, longs) =>
    {
        Npy.Write(files["f.npy"], NdArray.From(floats, floats.Length, 1));
        Npy.Write(files["l.npy"], NdArray.From(longs, longs.Length));
        return Npy.Read(files["f.npy"]).ToFloats().AsSpan().SequenceEqual(floats)
            && Npy.Read(files["l.npy"]).ToLongs().AsSpan().SequenceEqual(longs);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Data_begin_at_a_multiple_of_64()
    {
        Npy.Write(files["a.npy"], NdArray.From(new byte[7], 7));
        Assert.Equal(7, new FileInfo(files["a.npy"]).Length % 64);
    }

    [Theory]
    [InlineData("<f4", new byte[] { 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40 })]
    [InlineData(">f4", new byte[] { 0x3F, 0x80, 0, 0, 0x40, 0, 0, 0 })]
    [InlineData("<i2", new byte[] { 1, 0, 2, 0 })]
    [InlineData(">u2", new byte[] { 0, 1, 0, 2 })]
    [InlineData("<f2", new byte[] { 0, 0x3C, 0, 0x40 })]
    [InlineData("|i1", new byte[] { 1, 2 })]
    [InlineData(">i8", new byte[] { 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2 })]
    public void Every_type_and_byte_order_is_understood(string type, byte[] data)
    {
        var array = Npy.Read(Write(type, "False", "(2,)", data));
        Assert.Equal([1, 2], array.ToFloats());
        Assert.Equal([1, 2], array.ToInts());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_version_is_understood(byte version) =>
        Assert.Equal([5, 6], Npy.Read(Write("|u1", "False", "(1, 2)", [5, 6], version)).ToBytes());

    [Fact]
    public void Fortran_order_becomes_row_by_row()
    {
        var array = Npy.Read(Write("|u1", "True", "(2, 3)", [1, 4, 2, 5, 3, 6]));
        Assert.Equal([1, 2, 3, 4, 5, 6], array.ToBytes());
    }

    [Fact]
    public void Numbers_that_are_not_whole_are_not_labels()
    {
        Assert.Throws<InvalidDataException>(() => NdArray.From([1.5f], 1).ToInts());
        Assert.Throws<InvalidDataException>(() => NdArray.From([1L << 40], 1).ToInts());
        Assert.Throws<InvalidDataException>(() => NdArray.From([float.NaN], 1).ToInts());
        Assert.Throws<InvalidDataException>(() => NdArray.From([-1], 1).ToBytes());
        Assert.Equal([3], NdArray.From([3.0], 1).ToInts());
    }

    [Fact]
    public void An_element_outside_the_whole_numbers_is_told_where_they_begin_and_end()
    {
        string Refused<T>(Func<T[]> convert) => Assert.Throws<InvalidDataException>(convert).Message;
        Assert.Equal(
            "Element 0 is 2147483648; a whole number from -2147483648 to 2147483647 is needed.",
            Refused(NdArray.From([1L << 31], 1).ToInts));
        Assert.EndsWith(" from -2147483648 to 2147483647 is needed.", Refused(NdArray.From([MathF.ScaleB(1, 31)], 1).ToInts));
        Assert.EndsWith(" from 0 to 255 is needed.", Refused(NdArray.From([256], 1).ToBytes));
        Assert.EndsWith(" from -9223372036854775808 to 9223372036854775807 is needed.", Refused(NdArray.From([0.5], 1).ToLongs));
        Assert.Equal([int.MaxValue, int.MinValue], NdArray.From([1.0 * int.MaxValue, int.MinValue], 2).ToInts());
    }

    [Theory]
    [InlineData("|u1", "(5,)", "truncated")]
    [InlineData("|u1", "(3,)", "more data")]
    [InlineData("<f8", "(4398046511104,)", "truncated")]
    [InlineData("<f8", "(4294967296, 4294967296)", "impossible")]
    [InlineData("<f8", "(-1,)", "impossible")]
    [InlineData("<f8", "(x,)", "impossible")]
    [InlineData("<f8", "(99999999999999999999,)", "impossible")]
    [InlineData("|O", "(1,)", "type '|O'")]
    [InlineData("<U8", "(1,)", "type '<U8'")]
    [InlineData("<f3", "(1,)", "type '<f3'")]
    public void A_header_that_lies_is_refused(string type, string shape, string message)
    {
        var path = Write(type, "False", shape, [1, 2, 3, 4]);
        var error = Scratch.Refused(path, () => Npy.Read(path));
        Assert.Contains(message, error);
    }

    [Fact]
    public void Wrong_marks_and_cut_headers_are_refused()
    {
        var whole = File.ReadAllBytes(Write("|u1", "False", "(2,)", [5, 6]));
        for (var length = 0; length < whole.Length; length++)
        {
            var path = files.Write("cut.npy", whole[..length]);
            Scratch.Refused(path, () => Npy.Read(path));
        }
        whole[0] = 0;
        Assert.Contains("mark", Scratch.Refused(files.Write("x.npy", whole), () => Npy.Read(files["x.npy"])));
    }

    [Fact]
    public void A_header_of_gigabytes_takes_no_memory()
    {
        var path = files.Write("a.npy", [0x93, .. "NUMPY"u8, 2, 0, 0xFF, 0xFF, 0xFF, 0xFF, 1]);
        Scratch.Refused(path, () => Npy.Read(path));
    }

    [Fact]
    public void Changed_bytes_are_read_or_refused()
    {
        var original = File.ReadAllBytes(Write("<f4", "False", "(2, 1)", new byte[8]));
        Prop.ForAll<int, byte>((at, value) =>
        {
            var bytes = original.ToArray();
            bytes[(int)((uint)at % bytes.Length)] = value;
            var path = files.Write("m.npy", bytes);
            return Scratch.ReadsOrRefuses(() => Npy.Read(path).ToFloats());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    public void Dispose() => files.Dispose();

    private string Write(string type, string fortran, string shape, byte[] data, byte version = 1)
    {
        var header = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
        byte[] length = version == 1 ? [(byte)header.Length, 0] : [(byte)header.Length, 0, 0, 0];
        return files.Write("a.npy", [0x93, .. "NUMPY"u8, version, 0, .. length, .. header, .. data]);
    }
}

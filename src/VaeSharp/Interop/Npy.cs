using System.Buffers.Binary;
using System.Text;

namespace VaeSharp.Interop;

/// <summary>NumPy's file format for one array (.npy). Source: NumPy's manual, numpy.lib.format.</summary>
public static class Npy
{
    private const int LongestHeader = 1 << 16;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a file: whole and floating-point numbers of any size and byte order, and truth values.</summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is not what it claims to be, or holds texts or objects.</exception>
    public static NdArray Read(string path)
    {
        using var stream = InputFile.Open(path);
        return Read(stream, path, stream.Length, counted: true);
    }

    /// <summary>Writes a file, all or nothing.</summary>
    public static void Write(string path, NdArray array) => AtomicFile.Write(path, stream => Write(stream, array));

    /// <summary>Writes to a stream.</summary>
    public static void Write(Stream stream, NdArray array)
    {
        var shape = array.Shape is [var single] ? $"{single}," : string.Join(", ", array.Shape);
        var text = $"{{'descr': '{array.DType}', 'fortran_order': False, 'shape': ({shape}), }}";
        var length = (10 + text.Length + 1 + 63) / 64 * 64 - 10;                        // the data begin at a multiple of 64
        var header = Encoding.ASCII.GetBytes(text.PadRight(length - 1) + "\n");
        stream.Write(Magic);
        stream.Write([1, 0, (byte)length, (byte)(length >> 8)]);
        stream.Write(header);
        stream.Write(array.Data.Span);
    }

    /// <summary>Reads from a stream.</summary>
    /// <param name="stream">Stands where the array begins, and ends with it.</param>
    /// <param name="name">The file, for errors.</param>
    /// <param name="room">Number of bytes that the stream can have at most.</param>
    /// <param name="counted">Whether it is known to have them all.</param>
    internal static NdArray Read(Stream stream, string name, long room, bool counted)
    {
        Span<byte> prefix = stackalloc byte[12];
        InputFile.Fill(stream, prefix[..8], name);
        if (!prefix[..6].SequenceEqual(Magic))
            throw InputFile.Refuse(name, "is no npy file: it does not begin with NumPy's mark");
        if (prefix[6] is < 1 or > 3)
            throw InputFile.Refuse(name, $"is an npy file of version {prefix[6]}, which is not known");
        var wide = prefix[6] > 1;
        InputFile.Fill(stream, prefix[8..(wide ? 12 : 10)], name);
        var length = wide ? BinaryPrimitives.ReadUInt32LittleEndian(prefix[8..]) : BinaryPrimitives.ReadUInt16LittleEndian(prefix[8..]);
        if (length > LongestHeader)
            throw InputFile.Refuse(name, $"has a header of {length:N0} bytes; {LongestHeader:N0} are allowed");
        var text = new byte[length];
        InputFile.Fill(stream, text, name);
        var header = NpyHeader.Parse(Encoding.UTF8.GetString(text), name);
        var left = room - (wide ? 12 : 10) - length;
        var count = InputFile.DataBytes(name, header.Shape, header.ElementSize, left);
        var data = InputFile.ReadToEnd(stream, count, name, counted);
        return header.ToArray(data);
    }
}

using System.Buffers.Binary;
using System.IO.Compression;

namespace VaeSharp.Interop;

/// <summary>The file format of MNIST and its relatives (IDX), as it is or compressed by gzip.</summary>
/// <remarks>Layout, big-endian: 0, 0, type, number n of dimensions, n sizes of 4 bytes, the elements.</remarks>
public static class Idx
{
    private const int MostDimensions = 8;

    /// <summary>Reads a file.</summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is not what it claims to be.</exception>
    public static NdArray Read(string path)
    {
        using var file = InputFile.Open(path);
        Span<byte> magic = stackalloc byte[2];
        var zipped = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1F, 0x8B];
        file.Position = 0;
        if (!zipped)
            return Read(file, path, file.Length, counted: true);
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        return Read(unzipped, path, InputFile.MostContent(file.Length), counted: false);
    }

    private static NdArray Read(Stream stream, string name, long room, bool counted)
    {
        Span<byte> header = stackalloc byte[4 + 4 * MostDimensions];
        InputFile.Fill(stream, header[..4], name);
        if (header[0] != 0 || header[1] != 0 || Type(header[2]) is not { } dType || header[3] is 0 or > MostDimensions)
            throw InputFile.Refuse(name, "is no IDX file: it does not begin with 0, 0, an element type and a number of dimensions");
        var shape = new long[header[3]];
        header = header[4..(4 + 4 * shape.Length)];
        InputFile.Fill(stream, header, name);
        for (var i = 0; i < shape.Length; i++)
            shape[i] = BinaryPrimitives.ReadUInt32BigEndian(header[(4 * i)..]);
        var size = NdArray.ElementSize(dType);
        var count = InputFile.DataBytes(name, shape, size, room - 4 - header.Length);
        var data = InputFile.ReadToEnd(stream, count, name, counted);
        NpyHeader.SwapBytes(data, size);
        return new NdArray(dType, shape, data);
    }

    private static string? Type(byte code) => code switch
    {
        0x08 => "|u1",
        0x09 => "|i1",
        0x0B => "<i2",
        0x0C => "<i4",
        0x0D => "<f4",
        0x0E => "<f8",
        _ => null,
    };
}

using System.Buffers.Binary;
using SkiaSharp;

namespace VaeSharp.Imaging;

/// <summary>Whether a file declares itself grey. Skia's own answer covers JPEG and PNG without transparency.</summary>
internal static class GreyHeader
{
    public static bool IsGrey(ReadOnlySpan<byte> file, SKColorType decoded) =>
        decoded == SKColorType.Gray8 || IsGreyPng(file) || IsGreyBitmap(file);

    // Byte 25 is the header chunk's colour type: 0 is grey, 4 is grey with transparency.
    private static bool IsGreyPng(ReadOnlySpan<byte> file) => file.Length > 25 && file[0] == 0x89 && file[25] is (0 or 4);

    private static bool IsGreyBitmap(ReadOnlySpan<byte> file)
    {
        if (file.Length < 54 || !file.StartsWith("BM"u8))
            return false;
        var header = BinaryPrimitives.ReadUInt32LittleEndian(file[14..]);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(file[28..]);
        var colors = BinaryPrimitives.ReadUInt32LittleEndian(file[46..]);
        if (header < 40 || bits > 8)
            return false;                                             // no palette, or that of OS/2
        var start = 14 + (long)header;
        var count = colors is 0 or > 256 ? 1 << bits : (int)colors;
        if (start + 4 * count > file.Length)
            return false;
        for (var i = 0; i < count; i++)
        {
            var entry = file.Slice((int)start + 4 * i, 3);
            if (entry[0] != entry[1] || entry[1] != entry[2])
                return false;
        }
        return true;
    }
}

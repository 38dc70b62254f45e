using System.Buffers.Binary;

namespace VaeSharp.Imaging.Tests;

/// <summary>Writes BMP files, which Skia only reads.</summary>
internal static class Bitmaps
{
    /// <summary>24 bits a pixel, from [3, H, W].</summary>
    public static byte[] Color(byte[] pixels, int height, int width) =>
        File(height, width, bits: 24, palette: [], (x, y) => [.. new[] { 2, 1, 0 }.Select(c => pixels[(c * height + y) * width + x])]);

    /// <summary>8 bits a pixel into a palette of 256 greys, or of 256 reds.</summary>
    public static byte[] Palette(byte[] pixels, int height, int width, bool isGrey)
    {
        var palette = Enumerable.Range(0, 256).SelectMany(i => isGrey ? new[] { (byte)i, (byte)i, (byte)i, (byte)0 } : [0, 0, (byte)i, 0]);
        return File(height, width, bits: 8, palette.ToArray(), (x, y) => [pixels[y * width + x]]);
    }

    private static byte[] File(int height, int width, short bits, byte[] palette, Func<int, int, byte[]> pixel)
    {
        var header = new byte[54];
        "BM"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(10), 54 + palette.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(22), height);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(26), 1);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(28), bits);
        var file = new List<byte>([.. header, .. palette]);
        for (var y = height - 1; y >= 0; y--)                               // rows go upwards and fill whole words
        {
            for (var x = 0; x < width; x++)
                file.AddRange(pixel(x, y));
            while ((file.Count - 54 - palette.Length) % 4 != 0)
                file.Add(0);
        }
        return [.. file];
    }
}

using SkiaSharp;

namespace VaeSharp.Imaging;

/// <summary>Reads PNG, JPEG, BMP and WebP files, which may come from anywhere: sizes are checked before memory is taken.</summary>
/// <remarks>
/// Grey files give one channel, all others three; what counts is what the file declares, not its pixels. A BMP file is grey if all of
/// its palette is; a WebP file never is.
/// Transparent pixels are composed onto black. Values are the file's own: colour profiles and Exif orientation are not applied, 16 bits
/// become 8, and of an animation the first frame is taken.
/// </remarks>
public static class ImageFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">How large it may be; by default <see cref="ImageLimits.Default"/>.</param>
    /// <returns>Pixels in [C, H, W] order, and the three sizes.</returns>
    /// <exception cref="InvalidDataException">The file is none of the four formats, is damaged, or is larger than the limits.</exception>
    public static (byte[] Pixels, int Channels, int Height, int Width) Read(string path, ImageLimits? limits = null)
    {
        using var stream = File.OpenRead(path);
        return Decode(stream, path, limits);
    }

    /// <summary>Reads the rest of a stream as one file.</summary>
    /// <param name="stream">The file's bytes.</param>
    /// <param name="name">The name that messages give.</param>
    /// <param name="limits">How large it may be; by default <see cref="ImageLimits.Default"/>.</param>
    /// <returns>Pixels in [C, H, W] order, and the three sizes.</returns>
    /// <exception cref="InvalidDataException">The stream is none of the four formats, is damaged, or is larger than the limits.</exception>
    public static (byte[] Pixels, int Channels, int Height, int Width) Decode(Stream stream, string name, ImageLimits? limits = null)
    {
        limits ??= ImageLimits.Default;
        var file = ReadAll(stream, name, limits.FileBytes);
        if (!HasKnownFormat(file))
            throw new InvalidDataException($"'{name}' is not a PNG, JPEG, BMP or WebP file.");
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data) ?? throw new InvalidDataException($"'{name}' is damaged: its header cannot be read.");
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        limits.Check(name, width, height);
        var channels = GreyHeader.IsGrey(file, codec.Info.ColorType) ? 1 : 3;
        return (DecodePixels(codec, name, channels), channels, height, width);
    }

    /// <summary>Writes one image as a file's bytes.</summary>
    /// <param name="pixels">Pixels in [C, H, W] order.</param>
    /// <param name="channels">1 for grey, 3 for colour.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="format">The kind of file.</param>
    /// <returns>The file's bytes. Grey PNG and JPEG files are declared as grey, so that they are read as such.</returns>
    /// <exception cref="ArgumentException">The sizes do not fit the number of pixels.</exception>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int channels, int height, int width, ImageFormat format = ImageFormat.Png)
    {
        if (channels is not (1 or 3) || height < 1 || width < 1 || pixels.Length != (long)channels * height * width)
            throw new ArgumentException(
                $"An image of {channels} × {height} × {width} cannot have {pixels.Length} values.", nameof(pixels));
        var color = channels == 1 ? SKColorType.Gray8 : SKColorType.Rgba8888;
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, color, SKAlphaType.Opaque));
        var rows = bitmap.GetPixelSpan();
        var plane = height * width;
        for (var i = 0; i < plane; i++)
        {
            var at = i / width * bitmap.RowBytes + i % width * bitmap.BytesPerPixel;
            for (var c = 0; c < bitmap.BytesPerPixel; c++)
                rows[at + c] = c < channels ? pixels[c * plane + i] : (byte)255;
        }
        using var map = bitmap.PeekPixels();
        using var data = format switch
        {
            ImageFormat.Png => bitmap.Encode(SKEncodedImageFormat.Png, quality: 100),
            ImageFormat.Jpeg => bitmap.Encode(SKEncodedImageFormat.Jpeg, quality: 95),
            ImageFormat.WebP => map.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, quality: 75)),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };
        return data!.ToArray();
    }

    private static byte[] ReadAll(Stream stream, string name, long limit)
    {
        using var file = new MemoryStream();
        var buffer = new byte[81_920];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            if (file.Length + read > limit)
                throw new InvalidDataException($"'{name}' is larger than {limit:N0} bytes, the most that an image file may have.");
            file.Write(buffer, 0, read);
        }
        return file.ToArray();
    }

    private static bool HasKnownFormat(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0x89, .. "PNG\r\n"u8, 0x1a, 0x0a])
        || file.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff])
        || file.StartsWith("BM"u8)
        || file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8);

    private static byte[] DecodePixels(SKCodec codec, string name, int channels)
    {
        // Premultiplied by alpha means composed onto black. No colour space: values stay as the file has them.
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul);
        using var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(info))
            throw new InvalidDataException($"'{name}' has {info.Width} × {info.Height} pixels, for which there is no memory.");
        var result = codec.GetPixels(info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
            throw new InvalidDataException($"'{name}' is damaged or ends too early ({result}).");
        return ToPlanes(bitmap.GetPixelSpan(), channels);
    }

    private static byte[] ToPlanes(ReadOnlySpan<byte> pixels, int channels)
    {
        var plane = pixels.Length / 4;
        var planes = new byte[channels * plane];
        for (var c = 0; c < channels; c++)
        {
            for (var i = 0; i < plane; i++)
                planes[c * plane + i] = pixels[4 * i + c];
        }
        return planes;
    }
}

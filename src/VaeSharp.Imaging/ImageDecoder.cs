using VaeSharp.Data;

namespace VaeSharp.Imaging;

/// <summary>Reads PNG, JPEG, BMP and WebP files for folders of images: <c>context with { ImageDecoder = new ImageDecoder() }</c>.</summary>
public sealed class ImageDecoder : IImageDecoder
{
    /// <inheritdoc/>
    public DecodedImage Decode(Stream stream, string name, long maximumPixels)
    {
        var (pixels, channels, height, width) = ImageFile.Decode(stream, name, ImageLimits.Default with { Pixels = maximumPixels });
        return new DecodedImage(pixels, channels, height, width);
    }
}

namespace VaeSharp.Data;

/// <summary>Reads picture files. The library has none of its own: VaeSharp.Imaging brings one.</summary>
public interface IImageDecoder
{
    /// <summary>Reads one picture.</summary>
    /// <param name="stream">The file's content.</param>
    /// <param name="name">The file, for errors.</param>
    /// <param name="maximumPixels">Pictures of more pixels are refused before memory is taken for them.</param>
    /// <exception cref="InvalidDataException">It is no picture, corrupt, or too large.</exception>
    DecodedImage Decode(Stream stream, string name, long maximumPixels);
}

/// <summary>One picture.</summary>
/// <param name="Pixels">[C, H, W].</param>
/// <param name="Channels">1 for grey, 3 for red, green and blue.</param>
/// <param name="Height">Number of rows.</param>
/// <param name="Width">Number of columns.</param>
public sealed record DecodedImage(byte[] Pixels, int Channels, int Height, int Width)
{
    /// <summary>The shape as people write it: <c>1 × 28 × 28</c>.</summary>
    public string ShapeText => $"{Channels} × {Height} × {Width}";
}

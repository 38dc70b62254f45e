namespace VaeSharp.Imaging;

/// <summary>How large an image file may be. Its header is held to these before memory for pixels is taken.</summary>
public sealed record ImageLimits
{
    /// <summary>The limits that hold where none are given.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>The most pixels. 64 megapixels take 256 MiB while they are decoded.</summary>
    public long Pixels { get; init; } = 64L << 20;

    /// <summary>The greatest width or height.</summary>
    public int Side { get; init; } = 16_384;

    /// <summary>The most bytes of the file itself.</summary>
    public long FileBytes { get; init; } = 256L << 20;

    internal void Check(string name, int width, int height)
    {
        if (width < 1 || height < 1)
            throw new InvalidDataException($"'{name}' is damaged: it says that it has {width} × {height} pixels.");
        if (width > Side || height > Side || (long)width * height > Pixels)
            throw new InvalidDataException(
                $"'{name}' says that it has {width} × {height} pixels; at most {Side} a side and {Pixels:N0} in all are read.");
    }
}

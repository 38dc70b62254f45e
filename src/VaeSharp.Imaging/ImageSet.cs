using SkiaSharp;

namespace VaeSharp.Imaging;

/// <summary>Images of one size, as a model takes and gives them: [N, C, H, W], C being 1 (grey) or 3 (red, green, blue).</summary>
public sealed class ImageSet
{
    private readonly ReadOnlyMemory<float> values;
    private readonly float low;
    private readonly float scale;

    /// <summary>Wraps values without copying them.</summary>
    /// <param name="values">All images, one behind the other.</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="height">Height of one image.</param>
    /// <param name="width">Width of one image.</param>
    /// <param name="low">The value that is drawn black; −∞ takes the smallest one there is.</param>
    /// <param name="high">The value that is drawn white; +∞ takes the largest one there is.</param>
    /// <exception cref="ArgumentException">The sizes do not fit the number of values, or are not those of images.</exception>
    public ImageSet(ReadOnlyMemory<float> values, int channels, int height, int width, double low = 0, double high = 1)
    {
        if (channels is not (1 or 3))
            throw new ArgumentException($"Images must have 1 or 3 channels to be drawn, got {channels}.", nameof(channels));
        if (height < 1 || width < 1)
            throw new ArgumentException($"Images must be at least 1 pixel high and wide, got {height} × {width}.", nameof(height));
        var size = (long)channels * height * width;
        if (values.Length % size != 0)
            throw new ArgumentException(
                $"Images of {channels} × {height} × {width} take a multiple of {size} values, got {values.Length}.", nameof(values));
        (this.values, Channels, Height, Width, Count) = (values, channels, height, width, (int)(values.Length / size));
        (this.low, scale) = Range(values.Span, low, high);
    }

    /// <summary>Number N of images.</summary>
    public int Count { get; }

    /// <summary>1 for grey images, 3 for colour.</summary>
    public int Channels { get; }

    /// <summary>Height of one image.</summary>
    public int Height { get; }

    /// <summary>Width of one image.</summary>
    public int Width { get; }

    /// <summary>Wraps values that a data set or a model of it gave.</summary>
    /// <param name="values">All images, one behind the other: [N, C, H, W].</param>
    /// <param name="data">Their shape and range.</param>
    /// <exception cref="ArgumentException">Examples are not images of 1 or 3 channels, or values are not a multiple of them.</exception>
    public static ImageSet From(ReadOnlyMemory<float> values, DataSpec data)
    {
        if (!data.IsImage)
            throw new ArgumentException($"Only images, [C, H, W], can be drawn, but examples are {data.ShapeText}.", nameof(data));
        var (channels, height, width) = (checked((int)data.Shape[0]), checked((int)data.Shape[1]), checked((int)data.Shape[2]));
        return new(values, channels, height, width, data.Low, data.High);
    }

    internal SKBitmap ToBitmap(int index)
    {
        var plane = Height * Width;
        var image = values.Span.Slice(index * Channels * plane, Channels * plane);
        var bitmap = new SKBitmap(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var pixels = bitmap.GetPixelSpan();
        for (var i = 0; i < plane; i++)
        {
            var (red, green, blue) = Channels == 1 ? (image[i], image[i], image[i]) : (image[i], image[plane + i], image[2 * plane + i]);
            (pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2]) = IsNaN(red, green, blue)
                ? (Theme.NotANumber.Red, Theme.NotANumber.Green, Theme.NotANumber.Blue)
                : (ToByte(red), ToByte(green), ToByte(blue));
            pixels[4 * i + 3] = 255;
        }
        return bitmap;
    }

    private static bool IsNaN(float red, float green, float blue) => float.IsNaN(red) || float.IsNaN(green) || float.IsNaN(blue);

    private byte ToByte(float value) => (byte)MathF.Round(Math.Clamp((value - low) * scale, 0, 1) * 255);

    private static (float Low, float Scale) Range(ReadOnlySpan<float> values, double low, double high)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high))
        {
            var (smallest, largest) = (double.PositiveInfinity, double.NegativeInfinity);
            foreach (var value in values)
            {
                if (float.IsFinite(value))
                    (smallest, largest) = (Math.Min(smallest, value), Math.Max(largest, value));
            }
            low = double.IsFinite(low) ? low : double.IsFinite(smallest) ? smallest : 0;
            high = double.IsFinite(high) ? high : double.IsFinite(largest) ? largest : low + 1;
        }
        return ((float)low, high > low ? (float)(1 / (high - low)) : 1);
    }
}

using SkiaSharp;

namespace VaeSharp.Imaging.Tests;

/// <summary>What a picture shows, pixel by pixel.</summary>
internal sealed class Pixels
{
    private readonly SKColor[] colors;

    public Pixels(Picture picture)
    {
        using var bitmap = SKBitmap.Decode(picture.Png.Span);
        (Width, Height, colors) = (bitmap.Width, bitmap.Height, bitmap.Pixels);
        Assert.Equal((picture.Width, picture.Height), (Width, Height));
    }

    public int Width { get; }

    public int Height { get; }

    public SKColor this[int x, int y] => colors[y * Width + x];

    /// <summary>All pixels that fulfil a condition, within a part of the picture given by its left, top, right and bottom.</summary>
    public IEnumerable<(int X, int Y)> Where(Func<SKColor, bool> condition, int left = 0, int top = 0, int? right = null,
        int? bottom = null)
    {
        for (var y = top; y < (bottom ?? Height); y++)
        {
            for (var x = left; x < (right ?? Width); x++)
            {
                if (condition(this[x, y]))
                    yield return (x, y);
            }
        }
    }

    /// <summary>The smallest rectangle around the pixels that fulfil a condition.</summary>
    public SKRectI Box(Func<SKColor, bool> condition)
    {
        var found = Where(condition).ToArray();
        Assert.NotEmpty(found);
        return new(found.Min(p => p.X), found.Min(p => p.Y), found.Max(p => p.X) + 1, found.Max(p => p.Y) + 1);
    }

    public static bool IsDark(SKColor color) => color.Red < 120 && color.Green < 120 && color.Blue < 120;

    public static bool IsLike(SKColor color, SKColor other, int tolerance = 40) =>
        Math.Abs(color.Red - other.Red) < tolerance && Math.Abs(color.Green - other.Green) < tolerance
        && Math.Abs(color.Blue - other.Blue) < tolerance;
}

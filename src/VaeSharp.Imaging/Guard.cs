using System.Runtime.CompilerServices;

namespace VaeSharp.Imaging;

/// <summary>Checks at the doors of pictures.</summary>
internal static class Guard
{
    public static void NotEmpty(ImageSet images, [CallerArgumentExpression(nameof(images))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(images, name);
        if (images.Count == 0)
            throw new ArgumentException("There must be at least 1 image to draw, got none.", name);
    }

    public static void SameSize(ImageSet expected, ImageSet images, string name)
    {
        if (expected.Height != images.Height || expected.Width != images.Width)
            throw new ArgumentException(
                $"Images must be {expected.Height} × {expected.Width} as their originals are, got {images.Height} × {images.Width}.", name);
    }

    /// <summary>The number of columns asked for, or the default one; never more than there are images.</summary>
    public static int Columns(int asked, int byDefault, int count)
    {
        if (asked < 0)
            throw new ArgumentException($"Columns must be at least 1, or 0 to choose them, got {asked}.", nameof(asked));
        return Math.Clamp(asked == 0 ? byDefault : asked, 1, count);
    }

    public static void SameCount(int expected, int count, string what, string name)
    {
        if (expected != count)
            throw new ArgumentException($"There must be {what} for each of {expected}, got {count}.", name);
    }
}

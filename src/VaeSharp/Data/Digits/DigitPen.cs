namespace VaeSharp.Data;

/// <summary>Draws straight pieces of a line with a round pen.</summary>
internal static class DigitPen
{
    /// <summary>Width of the band at a line's edge in which ink fades to nothing, in pixels.</summary>
    private const double Edge = 1.2;

    /// <summary>Draws from <paramref name="a"/> to <paramref name="b"/>; where there is ink already, the darker one stays.</summary>
    /// <param name="a">One end, in pixels from the image's upper left corner.</param>
    /// <param name="b">The other end.</param>
    /// <param name="radius">Half the line's width, in pixels.</param>
    /// <param name="ink">Darkness; 1 and above give bytes of 255.</param>
    /// <param name="image">The image: [28, 28].</param>
    public static void Draw(DigitPoint a, DigitPoint b, double radius, double ink, Span<byte> image)
    {
        var reach = radius + Edge / 2;
        var (left, right) = Extent(a.X, b.X, reach);
        var (top, bottom) = Extent(a.Y, b.Y, reach);
        var along = b - a;
        var squaredLength = along.X * along.X + along.Y * along.Y;
        var perLength = squaredLength > 0 ? 1 / squaredLength : 0;
        for (var y = top; y <= bottom; y++)
        {
            for (var x = left; x <= right; x++)
            {
                var (fromX, fromY) = (x + 0.5 - a.X, y + 0.5 - a.Y);
                var way = Math.Clamp((fromX * along.X + fromY * along.Y) * perLength, 0, 1);
                var (offX, offY) = (fromX - way * along.X, fromY - way * along.Y);
                var squaredDistance = offX * offX + offY * offY;
                if (squaredDistance >= reach * reach)
                    continue;
                var cover = Math.Min((reach - Math.Sqrt(squaredDistance)) / Edge, 1);
                ref var pixel = ref image[y * Digits.Side + x];
                pixel = Math.Max(pixel, (byte)(255 * Math.Clamp(ink * cover, 0, 1) + 0.5));
            }
        }
    }

    /// <summary>The first and last row or column whose centres the pen may reach.</summary>
    private static (int First, int Last) Extent(double a, double b, double reach) =>
        (Math.Max((int)(Math.Min(a, b) - reach + 0.5), 0), Math.Min((int)(Math.Max(a, b) + reach - 0.5), Digits.Side - 1));
}

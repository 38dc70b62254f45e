using SkiaSharp;

namespace VaeSharp.Imaging;

/// <summary>Colours for classes.</summary>
internal static class Palette
{
    // Found by search: the nearest two are as far apart as they can be for usual and for colour-blind eyes alike (tested).
    private static readonly SKColor[] ten =
    [
        new(0x00, 0x2e, 0x91), new(0xff, 0xab, 0x07), new(0x07, 0x96, 0x74), new(0xbd, 0x5f, 0x00), new(0x8d, 0x3d, 0xa0),
        new(0x2f, 0x51, 0x00), new(0xea, 0x76, 0xbe), new(0x5e, 0xac, 0xff), new(0x4a, 0xe0, 0x93), new(0x59, 0x00, 0x2f),
    ];

    /// <summary>A colour for each of a number of classes: ten chosen ones, or as many as needed around the colour wheel.</summary>
    public static SKColor[] For(int classes) => classes <= ten.Length
        ? ten[..classes]
        : [.. Enumerable.Range(0, classes).Select(i => FromOklch(Lightness(i), 0.155, 360.0 * i / classes))];

    /// <summary>A colour from pale to dark for a density from 0 to 1.</summary>
    public static SKColor Density(double density)
    {
        var t = Math.Clamp(density, 0, 1);
        return FromOklch(0.80 - 0.50 * t, 0.09 + 0.28 * t * (1 - t), 225 + 75 * t);
    }

    /// <summary>A colour of OKLab, paler where a screen cannot show it. Source: Ottosson 2020, "A perceptual color space".</summary>
    internal static SKColor FromOklch(double lightness, double chroma, double hue)
    {
        for (; ; chroma *= 0.95)
        {
            var (a, b) = (chroma * Math.Cos(hue * Math.PI / 180), chroma * Math.Sin(hue * Math.PI / 180));
            var l = Cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
            var m = Cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
            var s = Cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
            var red = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s;
            var green = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s;
            var blue = -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s;
            if (chroma < 1e-3 || Math.Min(red, Math.Min(green, blue)) >= 0 && Math.Max(red, Math.Max(green, blue)) <= 1)
                return new(Gamma(red), Gamma(green), Gamma(blue));
        }
    }

    private static double Lightness(int index) => (index % 3) switch { 0 => 0.62, 1 => 0.44, _ => 0.78 };

    private static double Cube(double value) => value * value * value;

    private static byte Gamma(double linear)
    {
        var value = Math.Clamp(linear, 0, 1);
        return (byte)Math.Round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * Math.Pow(value, 1 / 2.4) - 0.055));
    }
}

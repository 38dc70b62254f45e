using SkiaSharp;

namespace VaeSharp.Imaging.Drawing;

/// <summary>White paper to draw on, in pixels from the top left corner.</summary>
internal sealed class Sheet : IDisposable
{
    private readonly SKSurface surface;

    public Sheet(int width, int height)
    {
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        surface = SKSurface.Create(info) ?? throw new ArgumentException($"A picture of {width} × {height} pixels cannot be made.");
        (Width, Height) = (width, height);
        Canvas.Clear(Theme.Background);
    }

    public int Width { get; }

    public int Height { get; }

    public SKCanvas Canvas => surface.Canvas;

    /// <summary>The height that <see cref="Title"/> takes.</summary>
    public static int TitleHeight(string? title) => string.IsNullOrEmpty(title) ? 0 : (int)Theme.TitleSize + 26;

    public static float Measure(string text, float size, bool bold = false)
    {
        using var font = new SKFont(Typefaces.For(text, bold), size);
        return font.MeasureText(text);
    }

    /// <summary>Shortens a text with an ellipsis until it fits.</summary>
    public static string Fit(string text, float size, float width)
    {
        if (Measure(text, size) <= width)
            return text;
        var elements = System.Globalization.StringInfo.ParseCombiningCharacters(text);
        for (var keep = elements.Length - 1; keep > 0; keep--)
        {
            var shorter = text[..elements[keep]].TrimEnd() + "…";
            if (Measure(shorter, size) <= width)
                return shorter;
        }
        return "…";
    }

    /// <summary>Writes the title at the top left.</summary>
    public void Title(string? title, float x)
    {
        if (!string.IsNullOrEmpty(title))
            Text(title, x, Theme.Margin + Theme.TitleSize * 0.6f, Theme.TitleSize, Theme.Ink, bold: true);
    }

    /// <summary>Writes one line whose middle height is <paramref name="y"/>; a halo keeps it readable on top of points.</summary>
    public void Text(string text, float x, float y, float size, SKColor color, SKTextAlign align = SKTextAlign.Left, bool bold = false,
        bool halo = false)
    {
        using var font = new SKFont(Typefaces.For(text, bold), size) { Subpixel = true, Edging = SKFontEdging.Antialias };
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        var baseline = y + size * 0.36f;                              // half of the capitals' height
        if (halo)
        {
            using var around = new SKPaint
            {
                Color = SKColors.White.WithAlpha(0xe0),
                IsAntialias = true,
                IsStroke = true,
                StrokeWidth = size * 0.28f,
                StrokeJoin = SKStrokeJoin.Round,
            };
            Canvas.DrawText(text, x, baseline, align, font, around);
        }
        Canvas.DrawText(text, x, baseline, align, font, paint);
    }

    /// <summary>Writes a small remark that ends at a point.</summary>
    public void Note(string text, float right, float y) =>
        Text(text, right, y, Theme.SmallSize, Theme.Muted, SKTextAlign.Right, halo: true);

    /// <summary>Writes one line upwards, centred on a point.</summary>
    public void TextUpwards(string text, float x, float y, float size, SKColor color)
    {
        Canvas.Save();
        Canvas.RotateDegrees(-90, x, y);
        Text(text, x, y, size, color, SKTextAlign.Center);
        Canvas.Restore();
    }

    public void Line(float x0, float y0, float x1, float y1, SKColor color, float width)
    {
        using var paint = new SKPaint { Color = color, StrokeWidth = width, IsAntialias = true };
        Canvas.DrawLine(x0, y0, x1, y1, paint);
    }

    public void Dot(float x, float y, float radius, SKColor color)
    {
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        Canvas.DrawCircle(x, y, radius, paint);
    }

    public void Fill(SKRect area, SKColor color)
    {
        using var paint = new SKPaint { Color = color };
        Canvas.DrawRect(area, paint);
    }

    /// <summary>Strokes a rectangle around an area, outside of it.</summary>
    public void Outline(SKRect area, SKColor color, float width)
    {
        using var paint = new SKPaint { Color = color, StrokeWidth = width, IsStroke = true };
        area.Inflate(width / 2, width / 2);
        Canvas.DrawRect(area, paint);
    }

    /// <summary>Draws an image into an area: pixels stay sharp when enlarged and are averaged when shrunk.</summary>
    public void Image(ImageSet images, int index, SKRectI area)
    {
        using var bitmap = images.ToBitmap(index);
        using var image = SKImage.FromBitmap(bitmap);
        var sampling = area.Width >= images.Width
            ? new SKSamplingOptions(SKFilterMode.Nearest)
            : new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear);
        Canvas.DrawImage(image, SKRect.Create(images.Width, images.Height), area, sampling);
    }

    public Picture ToPicture()
    {
        using var pixels = surface.PeekPixels();
        // Flat areas, dots and enlarged pixels compress best without filters: a sixth smaller.
        using var data = pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.None, zLibLevel: 9));
        return new Picture(data!.ToArray(), Width, Height);
    }

    public void Dispose() => surface.Dispose();
}

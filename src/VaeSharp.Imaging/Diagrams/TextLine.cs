using SkiaSharp;
using VaeSharp.Imaging.Drawing;

namespace VaeSharp.Imaging.Diagrams;

/// <summary>A line of text and how it looks.</summary>
internal readonly record struct TextLine(string Text, float Size, SKColor Color, bool IsBold = false)
{
    public float Width
    {
        get
        {
            using var font = Font(Size);
            return font.MeasureText(Text);
        }
    }

    /// <summary>The font at a size, letters standing where they stand at every other size: between pixels and without hints.</summary>
    public SKFont Font(float size) => new(Typefaces.For(Text, IsBold), size)
    {
        Subpixel = true,
        LinearMetrics = true,
        Hinting = SKFontHinting.None,
        Edging = SKFontEdging.Antialias,
    };

    /// <summary>The same line, shortened with an ellipsis where it is wider.</summary>
    public TextLine Fit(float width)
    {
        var line = this;
        for (var keep = Text.Length - 1; keep > 0 && line.Width > width; keep--)
        {
            if (!char.IsHighSurrogate(Text[keep - 1]))
                line = line with { Text = Text[..keep].TrimEnd() + "…" };
        }
        return line;
    }
}

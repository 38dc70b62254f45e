using SkiaSharp;
using VaeSharp.Imaging.Drawing;

namespace VaeSharp.Imaging.Diagrams;

/// <summary>A line of text and how it looks.</summary>
internal readonly record struct TextLine(string Text, float Size, SKColor Color, bool IsBold = false)
{
    public float Width => Sheet.Measure(Text, Size, IsBold);

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

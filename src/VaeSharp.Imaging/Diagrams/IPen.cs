using SkiaSharp;

namespace VaeSharp.Imaging.Diagrams;

/// <summary>What a diagram is drawn with. Whatever it draws looks the same on every pen.</summary>
internal interface IPen
{
    /// <summary>Fills a rectangle with round corners, and strokes its border where a colour for it is given.</summary>
    void Box(SKRect area, float radius, SKColor fill, SKColor? border = null);

    /// <summary>Strokes a line.</summary>
    void Stroke(SKPath path, SKColor color, float width, bool dashed = false);

    /// <summary>Fills an area.</summary>
    void Fill(SKPath path, SKColor color);

    /// <summary>Writes one line that begins at <paramref name="x"/>, on the baseline <paramref name="y"/>.</summary>
    void Text(TextLine line, float x, float y);

    /// <summary>Begins a group that has a name; readers of screens and mouse pointers find it.</summary>
    void Begin(string title);

    /// <summary>Ends the group.</summary>
    void End();
}

using SkiaSharp;
using VaeSharp.Imaging.Drawing;

namespace VaeSharp.Imaging.Diagrams;

/// <summary>Draws into a picture.</summary>
internal sealed class SheetPen(Sheet sheet) : IPen
{
    private static readonly float[] dashes = [4, 3];

    public void Box(SKRect area, float radius, SKColor fill, SKColor? border = null)
    {
        using var paint = new SKPaint { Color = fill, IsAntialias = true };
        sheet.Canvas.DrawRoundRect(area, radius, radius, paint);
        if (border is not { } color)
            return;
        using var line = new SKPaint { Color = color, IsAntialias = true, IsStroke = true, StrokeWidth = 1 };
        sheet.Canvas.DrawRoundRect(area, radius, radius, line);
    }

    public void Stroke(SKPath path, SKColor color, float width, bool dashed = false)
    {
        using var effect = dashed ? SKPathEffect.CreateDash(dashes, 0) : null;
        using var paint = new SKPaint { Color = color, IsAntialias = true, IsStroke = true, StrokeWidth = width, PathEffect = effect };
        sheet.Canvas.DrawPath(path, paint);
    }

    public void Fill(SKPath path, SKColor color)
    {
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        sheet.Canvas.DrawPath(path, paint);
    }

    public void Text(TextLine line, float x, float y)
    {
        using var font = line.Font(line.Size);
        using var paint = new SKPaint { Color = line.Color, IsAntialias = true };
        sheet.Canvas.DrawText(line.Text, x, y, SKTextAlign.Left, font, paint);
    }

    public void Begin(string title)
    {
    }

    public void End()
    {
    }
}

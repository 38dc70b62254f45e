using SkiaSharp;
using VaeSharp.Imaging.Diagrams;

namespace VaeSharp.Imaging.Tests;

/// <summary>Draws nothing, and remembers where lines went and which were dashed.</summary>
internal sealed class RecordingPen : IPen
{
    /// <summary>Points along all lines, a unit from each other.</summary>
    public List<SKPoint> Points { get; } = [];

    /// <summary>The colours of dashed lines, with where they begin.</summary>
    public List<(SKColor Color, SKPoint Start)> Dashed { get; } = [];

    public void Stroke(SKPath path, SKColor color, float width, bool dashed = false)
    {
        if (dashed)
            Dashed.Add((color, path[0]));
        using var measure = new SKPathMeasure(path);
        do
        {
            for (var at = 0f; at < measure.Length; at++)
                Points.Add(measure.GetPosition(at));
        }
        while (measure.NextContour());
    }

    public void Box(SKRect area, float radius, SKColor fill, SKColor? border = null)
    {
    }

    public void Fill(SKPath path, SKColor color)
    {
    }

    public void Text(TextLine line, float x, float y)
    {
    }

    public void Begin(string title)
    {
    }

    public void End()
    {
    }
}

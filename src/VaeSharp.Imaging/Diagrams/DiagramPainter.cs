using System.Globalization;
using SkiaSharp;

namespace VaeSharp.Imaging.Diagrams;

/// <summary>Draws a layout with a pen.</summary>
internal sealed class DiagramPainter(DiagramLayout layout, IReadOnlyList<Caption> captions, string? title)
{
    private const float TitleSize = 15, TextSize = 9.5f, Swatch = 9, LegendLine = 16, LegendTop = 12;

    private static readonly SKColor ground = new(0xf5, 0xf7, 0xf9);

    private readonly List<(SKColor Color, TextLine Text, SKPoint Place)> legend = Legend(layout);

    public float Width => layout.Width;

    public float Height => legend.Count == 0 ? layout.Height + DiagramLayout.Margin : legend[^1].Place.Y + DiagramLayout.Margin + 4;

    public void Draw(IPen pen)
    {
        pen.Box(SKRect.Create(Width, Height), 0, Theme.Background);
        if (!string.IsNullOrEmpty(title))
            pen.Text(new TextLine(title, TitleSize, Theme.Ink, IsBold: true).Fit(Width - 2 * DiagramLayout.Margin),
                DiagramLayout.Margin, DiagramLayout.Margin + TitleSize);
        for (var half = 0; half < layout.Panels.Length; half++)
        {
            pen.Box(layout.Panels[half], 8, ground);
            captions[half].Draw(pen, layout.CaptionArea(half));
        }
        using (var routes = new Routes(layout))
            routes.Draw(pen);
        foreach (var vertex in layout.Graph.Layers)
            DrawLayer(pen, vertex);
        foreach (var chip in layout.Chips)
            chip.Draw(pen);
        foreach (var (color, text, place) in legend)
        {
            if (color != default)
                pen.Box(SKRect.Create(place.X, place.Y - Swatch / 2, Swatch, Swatch), 2, color);
            pen.Text(text, place.X + (color != default ? Swatch + 5 : 0), place.Y + 3.4f);
        }
    }

    private static void DrawLayer(IPen pen, Vertex vertex)
    {
        var layer = vertex.Layer!;
        pen.Begin(LayerLabel.Tell(layer));
        var color = LayerColors.Of(layer.Type).Color;
        for (var sheet = vertex.Sheets; sheet >= 0; sheet--)
        {
            var bar = vertex.Bar;
            bar.Offset(sheet * Vertex.SheetOffset, -sheet * Vertex.SheetOffset);
            pen.Box(bar, 4, LayerColors.Tint(color, 0.25f * sheet), vertex.Sheets > 0 ? ground : null);
        }
        vertex.Label!.Draw(pen, vertex.X, vertex.LabelArea.Top);
        pen.End();
    }

    private static List<(SKColor Color, TextLine Text, SKPoint Place)> Legend(DiagramLayout layout)
    {
        var kinds = layout.Graph.Layers.Select(vertex => vertex.Layer!.Type).Order().Select(LayerColors.Of).Distinct();
        var items = kinds.Select(kind => (kind.Color, new TextLine(kind.Name, TextSize, Theme.Muted))).ToList();
        if (items.Count > 1)
            items.Add((default, new TextLine("Bar height: logarithm of the number of elements", TextSize, Theme.Muted)));
        var (x, y) = (DiagramLayout.Margin + 2, layout.Height + LegendTop);
        var placed = new List<(SKColor, TextLine, SKPoint)>();
        foreach (var (color, text) in items)
        {
            var width = text.Width + (color != default ? Swatch + 5 : 0);
            if (placed.Count > 0 && x + width > layout.Width - DiagramLayout.Margin)
                (x, y) = (DiagramLayout.Margin + 2, y + LegendLine);
            var isAlone = placed.Count == 0 || x == DiagramLayout.Margin + 2;
            // The remark stands at the right end, where the line is not its own.
            var left = color == default && !isAlone ? layout.Width - DiagramLayout.Margin - 2 - width : x;
            placed.Add((color, text, new SKPoint(left, y)));
            x += width + 14;
        }
        return placed;
    }
}

/// <summary>What stands above a half.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Formula">The distribution that it computes; empty for none.</param>
/// <param name="Parameters">Number of learned numbers.</param>
internal sealed record Caption(string Name, string Formula, long Parameters)
{
    private const float Size = 11.5f, SmallSize = 9.5f;

    public float Width => Left.Width + 10 + Middle.Width + 24 + Right.Width;

    private TextLine Left => new(Name, Size, Theme.Ink, IsBold: true);

    private TextLine Middle => new(Formula, Size, Theme.Muted);

    private TextLine Right => new(Count + (Parameters == 1 ? " parameter" : " parameters"), SmallSize, Theme.Muted);

    private string Count => Parameters.ToString("N0", CultureInfo.InvariantCulture);

    public void Draw(IPen pen, SKRect area)
    {
        var baseline = area.Top + 19;
        pen.Text(Left, area.Left, baseline);
        if (Formula.Length > 0)
            pen.Text(Middle, area.Left + Left.Width + 8, baseline);
        pen.Text(Right, area.Right - Right.Width, baseline);
    }
}

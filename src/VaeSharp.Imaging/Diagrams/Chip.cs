using SkiaSharp;
using VaeSharp.Networks;

namespace VaeSharp.Imaging.Diagrams;

/// <summary>A layer without a place in the order of the pass: its name and its number of parameters, beside each other.</summary>
internal sealed record Chip(LayerNode Layer, TextLine Name, TextLine Parameters, SKRect Area)
{
    private const float TextHeight = 20, TextSize = 9.5f, Inset = 8, Gap = 8;

    /// <summary>Adds a chip for each layer, in lines.</summary>
    /// <returns>Where they end.</returns>
    public static float Place(List<Chip> chips, IEnumerable<LayerNode> layers, float left, float top, float width)
    {
        var (x, y) = (left, top);
        var isEmpty = true;
        foreach (var layer in layers)
        {
            var parameters = new TextLine(LayerLabel.ParametersOf(layer), TextSize, Theme.Muted);
            var name = new TextLine(layer.Name, TextSize, Theme.Ink, IsBold: true).Fit(width - parameters.Width - Gap - 2 * Inset);
            var room = name.Width + Gap + parameters.Width + 2 * Inset;
            if (x > left && x + room > left + width)
                (x, y) = (left, y + TextHeight + Gap);
            chips.Add(new Chip(layer, name, parameters, SKRect.Create(x, y, room, TextHeight)));
            x += room + Gap;
            isEmpty = false;
        }
        return isEmpty ? top - 10 : y + TextHeight;
    }

    public void Draw(IPen pen)
    {
        pen.Begin(LayerLabel.Tell(Layer));
        pen.Box(Area, 5, Theme.Background, Theme.Frame);
        pen.Text(Name, Area.Left + Inset, Area.MidY + 3.4f);
        pen.Text(Parameters, Area.Right - Inset - Parameters.Width, Area.MidY + 3.4f);
        pen.End();
    }
}

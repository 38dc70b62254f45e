using SkiaSharp;
using VaeSharp.Networks;

namespace VaeSharp.Imaging.Diagrams;

/// <summary>A place of the drawing: a layer, or where a link to a later rank passes by.</summary>
internal sealed class Vertex(LayerNode? layer, int half, int rank)
{
    /// <summary>How far sheets of feature maps lie behind each other.</summary>
    public const float SheetOffset = 3;

    private const float LabelGap = 7, PassingRoom = 6;

    public LayerNode? Layer => layer;

    /// <summary>The number of the graph that it belongs to.</summary>
    public int Half => half;

    public int Rank { get; set; } = rank;

    public List<Vertex> Before { get; } = [];

    public List<Vertex> Behind { get; } = [];

    public LayerLabel? Label { get; } = layer is null ? null : new LayerLabel(layer);

    /// <summary>The bar's height.</summary>
    public float Height { get; set; }

    /// <summary>The bar's width: vectors are slim.</summary>
    public float BarWidth => layer is null ? 0 : layer.Shape.Count == 3 ? 24 : 15;

    /// <summary>Number of sheets behind the bar: outputs of several channels are stacks.</summary>
    public int Sheets => layer is { Shape: { Count: 3 } shape } && shape[0] > 1 ? 2 : 0;

    public float Width => layer is null ? 2 : Math.Max(Label!.Width, BarWidth + 2 * Sheets * SheetOffset);

    /// <summary>Room above its middle.</summary>
    public float Above => layer is null ? PassingRoom : Height / 2 + Sheets * SheetOffset;

    /// <summary>Room below its middle.</summary>
    public float Below => layer is null ? PassingRoom : Height / 2 + LabelGap + Label!.Height;

    /// <summary>The middle of the bar.</summary>
    public float X { get; set; }

    /// <summary>The middle of the bar.</summary>
    public float Y { get; set; }

    /// <summary>The column that it stands in.</summary>
    public (float Left, float Right) Column { get; set; }

    public SKRect Bar => new(X - BarWidth / 2, Y - Height / 2, X + BarWidth / 2, Y + Height / 2);

    public SKRect LabelArea => SKRect.Create(X - Label!.Width / 2, Y + Height / 2 + LabelGap, Label.Width, Label.Height);
}

/// <summary>A line from a place to one of the next rank; the same number is at both ends where a model's halves meet.</summary>
internal sealed record Link(Vertex From, Vertex To, bool IsSame);

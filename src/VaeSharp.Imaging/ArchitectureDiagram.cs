using VaeSharp.Imaging.Diagrams;
using VaeSharp.Models;
using VaeSharp.Networks;

namespace VaeSharp.Imaging;

/// <summary>
/// Draws the layers of a model, from left to right: bars whose heights follow the logarithm of their number of elements, in the colour of
/// their kind, with name, kind, shape and number of parameters below. Made to be legible at 16 cm width.
/// </summary>
public static class ArchitectureDiagram
{
    /// <summary>Draws one half of a model.</summary>
    /// <param name="graph">Its layers.</param>
    /// <param name="title">A short title; none by default.</param>
    public static Diagram Draw(LayerGraph graph, string? title = null) => Draw([graph], title, graph.Name);

    /// <summary>Draws a whole model: the encoder, the draw of z, the decoder, and the label that both are told.</summary>
    /// <param name="architecture">Its layers.</param>
    /// <param name="title">A short title; none by default.</param>
    public static Diagram Draw(Architecture architecture, string? title = null) =>
        Draw([architecture.Encoder, architecture.Decoder], title, "encoder and decoder");

    /// <summary>Where everything stands.</summary>
    internal static DiagramLayout Arrange(IReadOnlyList<LayerGraph> halves, string? title = null)
    {
        var captions = halves.Select(CaptionOf);
        var narrowest = captions.Max(caption => caption.Width) + 2 * (DiagramLayout.Margin + DiagramLayout.Padding);
        return new DiagramLayout(new RankedGraph(halves), halves.Count, title, narrowest);
    }

    private static Diagram Draw(IReadOnlyList<LayerGraph> halves, string? title, string what) =>
        new(new DiagramPainter(Arrange(halves, title), [.. halves.Select(CaptionOf)], title), title ?? $"Layers of the {what}");

    private static Caption CaptionOf(LayerGraph graph)
    {
        var told = graph.Inputs.Count > 1 ? ", y" : "";
        // A code that is a layer's output is no draw: nothing is distributed.
        var isDrawn = graph.Outputs is not [.., { Type: LayerType.Dense }];
        var formula = graph.Name switch
        {
            "encoder" when graph.Outputs.Count > 0 && isDrawn => $"q(z|x{told})",
            "decoder" when graph.Outputs.Count > 0 => $"p(x|z{told})",
            _ => "",
        };
        var name = graph.Name.Length > 0 ? char.ToUpperInvariant(graph.Name[0]) + graph.Name[1..] : "Layers";
        return new Caption(name, formula, graph.Parameters);
    }
}

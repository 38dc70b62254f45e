using System.Globalization;
using VaeSharp.Networks;

namespace VaeSharp.Imaging.Diagrams;

/// <summary>What stands below a layer: its name, what it computes, the shape of its output, the number of its parameters.</summary>
internal sealed class LayerLabel
{
    private const float NameSize = 10.5f, Size = 9.5f, LineHeight = 12.5f, NameWidth = 82, KindWidth = 100;
    private const int MaxNameLines = 3;

    public LayerLabel(LayerNode layer)
    {
        var lines = new List<TextLine>();
        lines.AddRange(Wrap(Syllables(layer.Name), "", NameWidth, NameSize, isBold: true).Take(MaxNameLines)
            .Select(text => new TextLine(text, NameSize, Theme.Ink, IsBold: true).Fit(KindWidth)));
        var kind = Kind(layer);
        if (kind.Length > 1 || !IsNumbered(layer))
            lines.AddRange(Wrap(kind, ", ", KindWidth, Size).Select(text => new TextLine(text, Size, Theme.Muted).Fit(KindWidth)));
        if (layer.Shape.Count > 0)
            lines.Add(new TextLine(ShapeOf(layer), Size, Theme.Ink).Fit(KindWidth));
        if (layer.Parameters > 0)
            lines.Add(new TextLine(ParametersOf(layer), Size, Theme.Muted));
        Lines = lines;
        (Width, Height) = (lines.Max(line => line.Width), lines.Count * LineHeight);
    }

    public IReadOnlyList<TextLine> Lines { get; }

    public float Width { get; }

    public float Height { get; }

    /// <summary>All of it in one line, for those who cannot see the drawing.</summary>
    public static string Tell(LayerNode layer) => string.Join("; ", new[]
    {
        $"{layer.Name}: {string.Join(", ", Kind(layer))}", layer.Shape.Count > 0 ? ShapeOf(layer) : "",
        layer.Parameters > 0 ? ParametersOf(layer) : "",
    }.Where(part => part.Length > 0));

    public static string ParametersOf(LayerNode layer) => layer.Parameters.ToString("N0", CultureInfo.InvariantCulture) + " params";

    /// <summary>Draws the lines below each other, each in the middle.</summary>
    public void Draw(IPen pen, float middle, float top)
    {
        for (var i = 0; i < Lines.Count; i++)
            pen.Text(Lines[i], middle - Lines[i].Width / 2, top + i * LineHeight + NameSize);
    }

    private static string ShapeOf(LayerNode layer) => string.Join(" × ", layer.Shape);

    /// <summary>Whether the name is the type's with a number, so that it says all.</summary>
    private static bool IsNumbered(LayerNode layer) =>
        layer.Name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9').Replace("_", "")
            .Equals(layer.TypeName, StringComparison.OrdinalIgnoreCase);

    private static string[] Kind(LayerNode layer) => layer.Type switch
    {
        LayerType.Input => ["Input"],
        LayerType.Sampling => [layer.TypeName, "z = μ + σε"],
        LayerType.Rescaling => [layer.TypeName, $"× {Number(layer.Rescaling.Scale)} {Signed(layer.Rescaling.Offset)}"],
        _ => [layer.TypeName, .. layer.Detail.Split(", ", StringSplitOptions.RemoveEmptyEntries)],
    };

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Signed(double value) => (value < 0 ? "− " : "+ ") + Number(Math.Abs(value));

    private static string[] Syllables(string name)
    {
        var parts = name.Split('_');
        return [.. parts.Select((part, i) => i < parts.Length - 1 ? part + "_" : part)];
    }

    /// <summary>Puts parts into as few lines as they fit, these being as narrow as can be.</summary>
    private static IEnumerable<string> Wrap(string[] parts, string between, float width, float size, bool isBold = false)
    {
        var limit = parts.Max(part => Measure(part));
        var lines = Greedy(Math.Max(limit, width));
        for (var narrower = Math.Max(limit, width); narrower >= limit; narrower -= 2)
        {
            var tried = Greedy(narrower);
            if (tried.Count > lines.Count)
                break;
            lines = tried;
        }
        return lines;

        float Measure(string text) => new TextLine(text, size, Theme.Ink, isBold).Width;

        List<string> Greedy(float room)
        {
            var made = new List<string> { parts[0] };
            foreach (var part in parts.Skip(1))
            {
                if (Measure(made[^1] + between + part) <= room)
                    made[^1] += between + part;
                else
                    made.Add(part);
            }
            return made;
        }
    }
}

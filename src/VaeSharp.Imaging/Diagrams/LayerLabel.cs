using System.Globalization;
using VaeSharp.Networks;

namespace VaeSharp.Imaging.Diagrams;

/// <summary>What stands below a layer: its name, what it computes, the shape of its output, the number of its parameters.</summary>
internal sealed class LayerLabel
{
    private const float NameSize = 10.5f, Size = 9.5f, LineHeight = 12.5f, NameWidth = 90, KindWidth = 88, DrawWidth = 66;
    private const int MaxNameLines = 3;

    public LayerLabel(LayerNode layer)
    {
        var lines = new List<TextLine>();
        var names = Wrap(Syllables(layer.Name), NameWidth, NameSize, isBold: true);
        if (names.Count > MaxNameLines)
            names = [.. names.Take(MaxNameLines - 1), names[MaxNameLines - 1] + "…"];
        lines.AddRange(names.Select(text => new TextLine(text, NameSize, Theme.Ink, IsBold: true).Fit(NameWidth)));
        var kind = Kind(layer);
        if (kind.Length > 1 || layer.Parameters > 0 || !IsNumbered(layer))
        {
            var width = layer.Type == LayerType.Sampling ? DrawWidth : KindWidth;
            lines.AddRange(Wrap(kind, width, Size).Select(text => new TextLine(text, Size, Theme.Muted).Fit(width)));
        }
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
        $"{layer.Name}: {string.Concat(Kind(layer))}", layer.Shape.Count > 0 ? ShapeOf(layer) : "",
        layer.Parameters > 0 ? ParametersOf(layer) : "",
    }.Where(part => part.Length > 0));

    public static string ParametersOf(LayerNode layer) =>
        layer.Parameters.ToString("N0", CultureInfo.InvariantCulture) + (layer.Parameters == 1 ? " param" : " params");

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

    /// <summary>What it computes, in parts that begin with what sets them off from the one before.</summary>
    private static string[] Kind(LayerNode layer) => layer.Type switch
    {
        LayerType.Input => ["Input"],
        LayerType.Sampling => [layer.TypeName, ", z = μ + σε"],
        LayerType.Rescaling => [layer.TypeName, $" × {Number(layer.Rescaling.Scale)} {Signed(layer.Rescaling.Offset)}"],
        _ => [layer.TypeName, .. layer.Detail.Split(", ", StringSplitOptions.RemoveEmptyEntries)
            .Select((part, i) => (i == 0 && layer.Kernel > 0 ? " " : ", ") + part)],
    };

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Signed(double value) => (value < 0 ? "− " : "+ ") + Number(Math.Abs(value));

    private static string[] Syllables(string name)
    {
        var parts = name.Split('_');
        return [.. parts.Select((part, i) => i < parts.Length - 1 ? part + "_" : part)];
    }

    /// <summary>Puts parts into as few lines as they fit, these being as equal as can be.</summary>
    private static List<string> Wrap(string[] parts, float width, float size, bool isBold = false)
    {
        // best[i]: the cost of the first i parts, and where their last line begins.
        var best = new (int Lines, double Uneven, int From)[parts.Length + 1];
        for (var to = 1; to <= parts.Length; to++)
        {
            best[to] = (int.MaxValue, 0, 0);
            for (var from = to - 1; from >= 0; from--)
            {
                var room = new TextLine(Line(from, to), size, Theme.Ink, isBold).Width;
                if (room > width && from < to - 1)
                    break;
                var tried = (best[from].Lines + 1, best[from].Uneven + room * room, from);
                if (tried.CompareTo(best[to]) < 0)
                    best[to] = tried;
            }
        }
        var lines = new List<string>();
        for (var to = parts.Length; to > 0; to = best[to].From)
            lines.Insert(0, Line(best[to].From, to));
        return lines;

        string Line(int from, int to) => string.Concat(parts[from..to]).TrimStart(',', ' ');
    }
}

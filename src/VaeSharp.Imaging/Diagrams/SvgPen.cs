using System.Globalization;
using System.Security;
using System.Text;
using SkiaSharp;

namespace VaeSharp.Imaging.Diagrams;

/// <summary>Writes an SVG file. Text is outlines, each letter's once, so that it looks the same where our font is missing.</summary>
internal sealed class SvgPen(float width, float height, string title) : IPen
{
    private const float GlyphSize = 200;
    private readonly StringBuilder body = new();
    private readonly SortedDictionary<string, string> glyphs = new(StringComparer.Ordinal);

    public void Box(SKRect area, float radius, SKColor fill, SKColor? border = null) =>
        body.Append($"""<rect x="{N(area.Left)}" y="{N(area.Top)}" width="{N(area.Width)}" height="{N(area.Height)}" """)
            .Append(radius > 0 ? $"""rx="{N(radius)}" """ : "")
            .Append($"""fill="{Hex(fill)}" """)
            .Append(border is { } color ? $"""stroke="{Hex(color)}" """ : "").Append("/>\n");

    public void Stroke(SKPath path, SKColor color, float width, bool dashed = false) =>
        body.Append($"""<path d="{Data(path, 2)}" fill="none" stroke="{Hex(color)}" stroke-width="{N(width)}" """)
            .Append(dashed ? """stroke-dasharray="4 3" """ : "").Append("/>\n");

    public void Fill(SKPath path, SKColor color) => body.Append($"""<path d="{Data(path, 2)}" fill="{Hex(color)}" />""").Append('\n');

    public void Text(TextLine line, float x, float y)
    {
        using var font = line.Font(GlyphSize);
        var scale = (line.Size / GlyphSize).ToString("0.#####", CultureInfo.InvariantCulture);
        body.Append($"""<g fill="{Hex(line.Color)}" transform="translate({N(x)} {N(y)}) scale({scale})">""");
        var ids = font.GetGlyphs(line.Text);
        var places = font.GetGlyphPositions(ids);
        for (var i = 0; i < ids.Length; i++)
        {
            using var outline = font.GetGlyphPath(ids[i]);
            if (outline is null || outline.IsEmpty)
                continue;
            // Ids say the letter of the typeface: files put into one page do not disturb each other.
            var id = FormattableString.Invariant($"{NameOf(font.Typeface)}{ids[i]}");
            glyphs.TryAdd(id, Data(outline, 0));
            body.Append(CultureInfo.InvariantCulture, $"""<use xlink:href="#{id}" x="{Math.Round(places[i].X)}"/>""");
        }
        body.Append("</g>\n");
    }

    public void Begin(string title) => body.Append("<g><title>").Append(SecurityElement.Escape(title)).Append("</title>\n");

    public void End() => body.Append("</g>\n");

    public override string ToString()
    {
        var svg = new StringBuilder();
        svg.Append("""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" """)
            .Append($"""width="{N(width)}" height="{N(height)}" viewBox="0 0 {N(width)} {N(height)}">""").Append('\n')
            .Append("<title>").Append(SecurityElement.Escape(title)).Append("</title>\n<defs>\n");
        foreach (var (id, data) in glyphs)
            svg.Append($"""<path id="{id}" d="{data}"/>""").Append('\n');
        return svg.Append("</defs>\n").Append(body).Append("</svg>\n").ToString();
    }

    /// <summary>A path's steps, each from where the one before ended, which takes fewer digits.</summary>
    private static string Data(SKPath path, int decimals)
    {
        var data = new StringBuilder();
        using var steps = path.CreateRawIterator();
        var points = new SKPoint[4];
        var (at, start) = ((X: 0.0, Y: 0.0), (X: 0.0, Y: 0.0));
        for (var verb = steps.Next(points); verb != SKPathVerb.Done; verb = steps.Next(points))
        {
            var (letter, first, last) = verb switch
            {
                SKPathVerb.Move => ('m', 0, 0),
                SKPathVerb.Line => ('l', 1, 1),
                SKPathVerb.Quad => ('q', 1, 2),
                SKPathVerb.Cubic => ('c', 1, 3),
                SKPathVerb.Close => ('z', 0, -1),
                _ => throw new NotSupportedException($"A path of a diagram has lines and curves of degree 2 and 3, got {verb}."),
            };
            data.Append(letter);
            for (var i = first; i <= last; i++)
            {
                var (x, y) = (Math.Round(points[i].X, decimals), Math.Round(points[i].Y, decimals));
                Append(x - at.X, isFirst: i == first);
                Append(y - at.Y, isFirst: false);
                if (i == last)
                    at = (x, y);
            }
            start = verb == SKPathVerb.Move ? at : start;
            at = verb == SKPathVerb.Close ? start : at;
        }
        return data.ToString();

        void Append(double value, bool isFirst)
        {
            var number = N(value);
            data.Append(isFirst || number[0] == '-' ? "" : " ").Append(number);
        }
    }

    /// <summary>A short name for the embedded font, the whole one for others.</summary>
    private static string NameOf(SKTypeface typeface) => typeface.FamilyName == "Inter"
        ? typeface.IsBold ? "b" : "r"
        : $"{typeface.FamilyName.Replace(' ', '-')}-{typeface.FontWeight}-";

    private static string Hex(SKColor color) => $"#{color.Red:x2}{color.Green:x2}{color.Blue:x2}";

    private static string N(double value)
    {
        var rounded = Math.Round(value, 2);
        return (rounded == 0 ? 0 : rounded).ToString("0.##", CultureInfo.InvariantCulture);
    }
}

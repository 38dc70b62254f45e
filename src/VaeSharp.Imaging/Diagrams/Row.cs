namespace VaeSharp.Imaging.Diagrams;

/// <summary>Some ranks beside each other.</summary>
internal sealed class Row(IReadOnlyList<List<Vertex>> ranks, IReadOnlyList<Link> leaving)
{
    public IReadOnlyList<List<Vertex>> Ranks => ranks;

    /// <summary>The links that go on in the next row, the first being the topmost.</summary>
    public IReadOnlyList<Link> Leaving => leaving;

    /// <summary>Where they come from: each place has one line around the rows' ends.</summary>
    public List<Vertex> Sources { get; } = [.. leaving.Select(link => link.From).Distinct()];

    /// <summary>The number of the half that begins it.</summary>
    public int Half { get; } = ranks[0].First(vertex => vertex.Layer is not null).Half;

    public float Left { get; set; }

    public float Right { get; set; }

    public float Top { get; set; }

    public float Bottom { get; set; }

    /// <summary>Breaks ranks into rows of nearly the same width, where few links are cut.</summary>
    public static List<(int From, int To)> Break(IReadOnlyList<float> widths, Func<int, int> cutBehind, float gutter, float room)
    {
        var total = widths.Sum() + gutter * (widths.Count - 1);
        var aim = total / MathF.Ceiling(total / room);
        // best[i]: the cost of the first i ranks, and where their last row begins.
        var best = new (double Cost, int From)[widths.Count + 1];
        for (var to = 1; to <= widths.Count; to++)
        {
            best[to] = (double.PositiveInfinity, to - 1);
            var width = -gutter;
            for (var from = to - 1; from >= 0; from--)
            {
                width += gutter + widths[from];
                if (width > room && from < to - 1)
                    break;
                var uneven = (width - aim) / aim;
                var cost = best[from].Cost + uneven * uneven + (to < widths.Count ? 0.1 * cutBehind(to - 1) : 0);
                if (cost < best[to].Cost)
                    best[to] = (cost, from);
            }
        }
        var rows = new List<(int, int)>();
        for (var to = widths.Count; to > 0; to = best[to].From)
            rows.Insert(0, (best[to].From, to));
        return rows;
    }
}

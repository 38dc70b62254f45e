using SkiaSharp;

namespace VaeSharp.Imaging.Diagrams;

/// <summary>Where everything of a diagram stands. One unit is a quarter of a millimetre in print of 16 cm width.</summary>
internal sealed class DiagramLayout
{
    public const float Margin = 10, Padding = 12, Gutter = 20, Lane = 6, CaptionHeight = 32;

    private const float Room = 650, WidestGutter = 90, PanelGap = 14, RowGap = 22, TitleHeight = 30, HalfGap = Gutter + 2 * Padding + 10;
    private const float LowestBar = 16;

    public DiagramLayout(RankedGraph graph, int halves, string? title, float narrowest)
    {
        Graph = graph;
        Rows = Break();
        foreach (var vertex in graph.Layers)
            vertex.Height = HeightOf(vertex);
        var lanes = Rows.Select(row => row.Sources.Count).DefaultIfEmpty(0).Max() + graph.SameInputs.Length;
        Side = Margin + Padding + (lanes > 0 ? 4 + Lane * lanes : 0);
        var content = Rows.Select(row => WidthOf(row, Gutter)).DefaultIfEmpty(0).Max();
        content = Math.Max(content, narrowest - 2 * Side);
        Width = MathF.Ceiling(content + 2 * Side);
        foreach (var row in Rows)
            PlaceColumns(row, content);
        Top = Margin + (string.IsNullOrEmpty(title) ? 0 : TitleHeight);
        Panels = new SKRect[halves];
        Chips = [];
        Height = MathF.Ceiling(PlaceRows(halves));
    }

    public RankedGraph Graph { get; }

    public List<Row> Rows { get; }

    public float Width { get; }

    /// <summary>The height that panels end at.</summary>
    public float Height { get; }

    /// <summary>Where panels begin.</summary>
    public float Top { get; }

    /// <summary>The room beside rows, with that for lines that go around them.</summary>
    public float Side { get; }

    /// <summary>The ground of each half.</summary>
    public SKRect[] Panels { get; }

    /// <summary>Where a half's caption stands: clear of lines that go around rows.</summary>
    public SKRect CaptionArea(int half)
    {
        var panel = Panels[half];
        return new SKRect(panel.Left + Inset, panel.Top, panel.Right - Inset, panel.Top + CaptionHeight);
    }

    /// <summary>Parameters without a place in the order of the pass.</summary>
    public List<Chip> Chips { get; }

    private bool IsOneRow => Rows.Count == 1;

    /// <summary>What stands in a panel beside rows keeps as far from its sides as they do.</summary>
    private float Inset => IsOneRow ? Padding : Side - Margin;

    private float HeightOf(Vertex vertex)
    {
        var largest = Math.Max(2, Graph.Layers.Max(other => other.Layer!.Size));
        // The more rows, the lower: long models still fit a page.
        var highest = Rows.Count switch { <= 2 => 112, 3 => 96, _ => 76 };
        return LowestBar + (highest - LowestBar) * MathF.Log(Math.Max(1, vertex.Layer!.Size)) / MathF.Log(largest);
    }

    private List<Row> Break()
    {
        var widths = Graph.Ranks.Select(rank => rank.Max(vertex => vertex.Width)).ToArray();
        var starts = Graph.Starts.Where(start => start >= 0).Distinct().ToArray();
        var whole = widths.Sum() + Gutter * (widths.Length - 1) + (starts.Length - 1) * (HalfGap - Gutter);
        // A single row has no lines around it, which gives it their room.
        if (whole <= Room + 40 && Graph.SameInputs.Length == 0)
            starts = [.. starts.Take(1)];
        var rows = new List<Row>();
        for (var i = 0; i < starts.Length; i++)
        {
            var end = i + 1 < starts.Length ? starts[i + 1] : widths.Length;
            var start = starts[i];
            foreach (var (from, to) in Row.Break(widths[start..end], rank => Cut(start + rank).Count, Gutter, Room))
                rows.Add(new Row(Graph.Ranks[(start + from)..(start + to)], Cut(start + to - 1)));
        }
        return rows;
    }

    private List<Link> Cut(int rank) => [.. Graph.Links.Where(link => link.From.Rank == rank)
        .OrderBy(link => Graph.Ranks[rank].IndexOf(link.From)).ThenBy(link => Graph.Ranks[rank + 1].IndexOf(link.To))];

    private float GapBefore(Row row, int rank, float gutter) =>
        Graph.Starts.Skip(1).Contains(row.Ranks[rank][0].Rank) ? HalfGap : gutter;

    private float WidthOf(Row row, float gutter) =>
        row.Ranks.Select((rank, i) => rank.Max(vertex => vertex.Width) + (i > 0 ? GapBefore(row, i, gutter) : 0)).Sum();

    private void PlaceColumns(Row row, float content)
    {
        var gutters = Math.Max(1, row.Ranks.Count - 1);
        var gutter = Math.Min(WidestGutter, Gutter + (content - WidthOf(row, Gutter)) / gutters);
        var x = row.Left = Side + (content - WidthOf(row, gutter)) / 2;
        for (var i = 0; i < row.Ranks.Count; i++)
        {
            x += i > 0 ? GapBefore(row, i, gutter) : 0;
            var width = row.Ranks[i].Max(vertex => vertex.Width);
            foreach (var vertex in row.Ranks[i])
                (vertex.X, vertex.Column) = (x + width / 2, (x, x + width));
            x += width;
        }
        row.Right = x;
    }

    private float PlaceRows(int halves)
    {
        var y = Top;
        var bottom = y;
        for (var half = 0; half < halves; half++)
        {
            var isBeside = half > 0 && IsOneRow && Graph.Starts[half] > 0;
            if (isBeside)
                y = Panels[0].Top;
            var top = y;
            y += CaptionHeight;
            foreach (var row in Rows.Where(row => row.Half == half))
            {
                y += row == Rows.First(other => other.Half == half) ? 0 : RowGap + Lane * Rows[Rows.IndexOf(row) - 1].Sources.Count;
                y = PlaceRow(row, y);
            }
            if (isBeside)
                y = Rows[0].Bottom;
            var (left, right) = (Margin, Width - Margin);
            if (IsOneRow && Graph.Starts.Count(start => start >= 0) == 2)
            {
                var middle = Middle();
                (left, right) = half == 0 ? (left, middle - PanelGap / 2) : (middle + PanelGap / 2, right);
            }
            y = Chip.Place(Chips, Graph.Loose.Where(loose => loose.Half == half).Select(loose => loose.Layer), left + Inset, y + 10,
                right - left - 2 * Inset) + Padding;
            Panels[half] = new SKRect(left, top, right, y);
            bottom = Math.Max(bottom, y);
            var leaving = Rows.LastOrDefault(row => row.Half == half)?.Sources.Count ?? 0;
            y += PanelGap + Lane * leaving;
        }
        if (IsOneRow && halves == 2 && Graph.Starts[1] > 0)
            (Panels[0].Bottom, Panels[1].Bottom) = (bottom, bottom);
        return bottom;
    }

    /// <summary>The middle between two halves that stand beside each other.</summary>
    private float Middle()
    {
        var before = Rows[0].Ranks.First(rank => rank[0].Rank == Graph.Starts[1] - 1)[0];
        var behind = Rows[0].Ranks.First(rank => rank[0].Rank == Graph.Starts[1])[0];
        return (before.Column.Right + behind.Column.Left) / 2;
    }

    private static float PlaceRow(Row row, float y)
    {
        Stacking.Arrange(row.Ranks);
        var all = row.Ranks.SelectMany(rank => rank).ToList();
        var shift = y - all.Min(vertex => vertex.Y - vertex.Above);
        foreach (var vertex in all)
            vertex.Y += shift;
        (row.Top, row.Bottom) = (y, all.Max(vertex => vertex.Y + vertex.Below));
        return row.Bottom;
    }
}

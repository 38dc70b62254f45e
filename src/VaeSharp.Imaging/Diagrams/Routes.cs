using SkiaSharp;

namespace VaeSharp.Imaging.Diagrams;

/// <summary>The lines between layers: level where they pass columns, bent only between them, around rows with round corners.</summary>
internal sealed class Routes(DiagramLayout layout) : IDisposable
{
    private const float Width = 1.3f, ArrowLength = 6, ArrowHalf = 3.2f, Corner = 5;

    private static readonly SKColor color = new(0x76, 0x80, 0x8d);

    // Lines that share a way are one path: drawn one over the other they would be darker there.
    private readonly (SKPath Lines, SKPath Arrows) next = (new(), new()), code = (new(), new()), told = (new(), new());

    public void Draw(IPen pen)
    {
        foreach (var row in layout.Rows)
        {
            var inside = row.Ranks.SkipLast(1).Select(rank => rank[0].Rank).ToHashSet();
            foreach (var link in layout.Graph.Links.Where(link => inside.Contains(link.From.Rank)))
                DrawLink(link);
            foreach (var link in row.Leaving)
                DrawReturn(row, link, row.Sources.IndexOf(link.From));
        }
        for (var i = 0; i < layout.Graph.SameInputs.Length; i++)
            DrawSameInput(layout.Graph.SameInputs[i].First, layout.Graph.SameInputs[i].Second, i);
        pen.Stroke(next.Lines, color, Width);
        pen.Fill(next.Arrows, color);
        DrawDashed(pen, told, color);
        DrawDashed(pen, code, LayerColors.Sampling);
    }

    public void Dispose()
    {
        foreach (var path in (SKPath[])[next.Lines, next.Arrows, told.Lines, told.Arrows, code.Lines, code.Arrows])
            path.Dispose();
    }

    private static void DrawDashed(IPen pen, (SKPath Lines, SKPath Arrows) paths, SKColor color)
    {
        if (paths.Lines.IsEmpty)
            return;
        pen.Stroke(paths.Lines, color, Width, dashed: true);
        pen.Fill(paths.Arrows, color);
    }

    private (SKPath Lines, SKPath Arrows) PathsOf(Link link) => link.IsSame ? code : next;

    private void DrawLink(Link link)
    {
        var (from, to) = (link.From, link.To);
        var (path, arrows) = PathsOf(link);
        path.MoveTo(Exit(from), from.Y);
        if (Math.Abs(from.Y - to.Y) > 0.05f)
        {
            var (left, right) = (from.Column.Right, to.Column.Left);
            path.LineTo(left, from.Y);
            path.CubicTo((left + right) / 2, from.Y, (left + right) / 2, to.Y, right, to.Y);
        }
        path.LineTo(Entry(to), to.Y);
        DrawArrow(arrows, to);
    }

    /// <summary>From a row's end to the next row's beginning. The topmost line is the outermost, so that none crosses another.</summary>
    private void DrawReturn(Row row, Link link, int index)
    {
        var following = layout.Rows[layout.Rows.IndexOf(row) + 1];
        var outer = row.Sources.Count - 1 - index;
        var right = layout.Width - layout.Side + 10 + DiagramLayout.Lane * outer;
        var left = layout.Side - 10 - DiagramLayout.Lane * index;
        var isSameHalf = row.Half == following.Half;
        var middle = (row.Bottom + following.Top) / 2;
        if (!isSameHalf)
            middle = (layout.Panels[row.Half].Bottom + layout.Panels[following.Half].Top) / 2;
        var y = middle + DiagramLayout.Lane * (outer - (row.Sources.Count - 1) / 2f);
        var (from, to) = (link.From, link.To);
        SKPoint[] corners =
            [new(Exit(from), from.Y), new(right, from.Y), new(right, y), new(left, y), new(left, to.Y), new(Entry(to), to.Y)];
        var (path, arrows) = PathsOf(link);
        Stroke(path, corners);
        DrawArrow(arrows, to);
    }

    /// <summary>From an input of one half down to the same input of the other, left of everything.</summary>
    private void DrawSameInput(Vertex first, Vertex second, int index)
    {
        var lanes = layout.Rows.Max(row => row.Sources.Count) + index;
        var left = layout.Side - 10 - DiagramLayout.Lane * lanes;
        Stroke(told.Lines, [new(first.Bar.Left - 2, first.Y), new(left, first.Y), new(left, second.Y), new(Entry(second), second.Y)]);
        DrawArrow(told.Arrows, second);
    }

    private static void Stroke(SKPath path, SKPoint[] corners)
    {
        path.MoveTo(corners[0]);
        for (var i = 1; i < corners.Length - 1; i++)
        {
            var shorter = Math.Min(SKPoint.Distance(corners[i - 1], corners[i]), SKPoint.Distance(corners[i], corners[i + 1]));
            var radius = Math.Min(Corner, shorter / 2);
            path.LineTo(Towards(corners[i], corners[i - 1], radius));
            path.QuadTo(corners[i], Towards(corners[i], corners[i + 1], radius));
        }
        path.LineTo(corners[^1]);
    }

    private static SKPoint Towards(SKPoint from, SKPoint to, float length)
    {
        var distance = SKPoint.Distance(from, to);
        return distance == 0 ? from : new(from.X + (to.X - from.X) * length / distance, from.Y + (to.Y - from.Y) * length / distance);
    }

    private static void DrawArrow(SKPath path, Vertex to)
    {
        if (to.Layer is null)
            return;
        var tip = to.Bar.Left - 1.5f;
        path.MoveTo(tip, to.Y);
        path.LineTo(tip - ArrowLength, to.Y - ArrowHalf);
        path.LineTo(tip - ArrowLength, to.Y + ArrowHalf);
        path.Close();
    }

    private static float Exit(Vertex from) =>
        from.Layer is null ? from.Column.Left : from.Bar.Right + from.Sheets * Vertex.SheetOffset + 2;

    private static float Entry(Vertex to) => to.Layer is null ? to.Column.Left : to.Bar.Left - ArrowLength;
}

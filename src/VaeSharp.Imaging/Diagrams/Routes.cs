using SkiaSharp;

namespace VaeSharp.Imaging.Diagrams;

/// <summary>The lines between layers: level where they pass columns, bent only between them, around rows with round corners.</summary>
internal sealed class Routes(DiagramLayout layout, IPen pen)
{
    private const float Width = 1.3f, ArrowLength = 6, ArrowHalf = 3.2f, Corner = 5;

    private static readonly SKColor color = new(0x76, 0x80, 0x8d);

    public void Draw()
    {
        foreach (var row in layout.Rows)
        {
            var inside = row.Ranks.SkipLast(1).Select(rank => rank[0].Rank).ToHashSet();
            foreach (var link in layout.Graph.Links.Where(link => inside.Contains(link.From.Rank)))
                DrawLink(link);
            for (var i = 0; i < row.Leaving.Count; i++)
                DrawReturn(row, row.Leaving[i], i);
        }
        for (var i = 0; i < layout.Graph.SameInputs.Length; i++)
            DrawSameInput(layout.Graph.SameInputs[i].First, layout.Graph.SameInputs[i].Second, i);
    }

    private void DrawLink(Link link)
    {
        var (from, to) = (link.From, link.To);
        using var path = new SKPath();
        path.MoveTo(Exit(from), from.Y);
        if (Math.Abs(from.Y - to.Y) > 0.05f)
        {
            var (left, right) = (from.Column.Right, to.Column.Left);
            path.LineTo(left, from.Y);
            path.CubicTo((left + right) / 2, from.Y, (left + right) / 2, to.Y, right, to.Y);
        }
        path.LineTo(Entry(to), to.Y);
        pen.Stroke(path, ColorOf(link.IsSame), Width, link.IsSame);
        DrawArrow(to, link.IsSame);
    }

    /// <summary>From a row's end to the next row's beginning. The topmost line is the outermost, so that none crosses another.</summary>
    private void DrawReturn(Row row, Link link, int index)
    {
        var next = layout.Rows[layout.Rows.IndexOf(row) + 1];
        var outer = row.Leaving.Count - 1 - index;
        var right = layout.Rows.Max(other => other.Right) + 10 + DiagramLayout.Lane * outer;
        var left = layout.Rows.Min(other => other.Left) - 10 - DiagramLayout.Lane * index;
        var isSameHalf = row.Half == next.Half;
        var middle = (row.Bottom + next.Top) / 2;
        if (!isSameHalf)
            middle = (layout.Panels[row.Half].Bottom + layout.Panels[next.Half].Top) / 2;
        var y = middle + DiagramLayout.Lane * (outer - (row.Leaving.Count - 1) / 2f);
        var (from, to) = (link.From, link.To);
        Stroke([new(Exit(from), from.Y), new(right, from.Y), new(right, y), new(left, y), new(left, to.Y), new(Entry(to), to.Y)], link.IsSame);
        DrawArrow(to, link.IsSame);
    }

    /// <summary>From an input of one half down to the same input of the other, left of everything.</summary>
    private void DrawSameInput(Vertex first, Vertex second, int index)
    {
        var lanes = layout.Rows.Max(row => row.Leaving.Count) + index;
        var left = layout.Rows.Min(row => row.Left) - 10 - DiagramLayout.Lane * lanes;
        Stroke([new(first.Bar.Left - 2, first.Y), new(left, first.Y), new(left, second.Y), new(Entry(second), second.Y)], isSame: true);
        DrawArrow(second, isSame: true);
    }

    private void Stroke(SKPoint[] corners, bool isSame)
    {
        using var path = new SKPath();
        path.MoveTo(corners[0]);
        for (var i = 1; i < corners.Length - 1; i++)
        {
            var radius = Math.Min(Corner, Math.Min(SKPoint.Distance(corners[i - 1], corners[i]), SKPoint.Distance(corners[i], corners[i + 1])) / 2);
            path.LineTo(Towards(corners[i], corners[i - 1], radius));
            path.QuadTo(corners[i], Towards(corners[i], corners[i + 1], radius));
        }
        path.LineTo(corners[^1]);
        pen.Stroke(path, ColorOf(isSame), Width, isSame);
    }

    private static SKPoint Towards(SKPoint from, SKPoint to, float length)
    {
        var distance = SKPoint.Distance(from, to);
        return distance == 0 ? from : new(from.X + (to.X - from.X) * length / distance, from.Y + (to.Y - from.Y) * length / distance);
    }

    private void DrawArrow(Vertex to, bool isSame)
    {
        if (to.Layer is null)
            return;
        using var path = new SKPath();
        var tip = to.Bar.Left - 1.5f;
        path.MoveTo(tip, to.Y);
        path.LineTo(tip - ArrowLength, to.Y - ArrowHalf);
        path.LineTo(tip - ArrowLength, to.Y + ArrowHalf);
        path.Close();
        pen.Fill(path, ColorOf(isSame));
    }

    private static SKColor ColorOf(bool isSame) => isSame ? LayerColors.Sampling : color;

    private static float Exit(Vertex from) =>
        from.Layer is null ? from.Column.Left : from.Bar.Right + from.Sheets * Vertex.SheetOffset + 2;

    private static float Entry(Vertex to) => to.Layer is null ? to.Column.Left : to.Bar.Left - ArrowLength;
}

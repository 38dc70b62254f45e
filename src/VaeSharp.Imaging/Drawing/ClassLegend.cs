using SkiaSharp;

namespace VaeSharp.Imaging.Drawing;

/// <summary>The classes' names beside dots of their colours.</summary>
internal sealed class ClassLegend(IReadOnlyList<string> names, SKColor[] colors) : ClassKey(names, colors)
{
    private const int LineHeight = 40, DotRoom = 34, MaxLines = 30, Left = 40, ColumnGap = 30;

    public override int Width => Shown.Length == 0 ? 0 : Columns * ColumnWidth;

    public override int Height => Math.Min(Shown.Length, MaxLines) * LineHeight + (Count > Shown.Length ? LineHeight : 0);

    private int Columns => (Shown.Length + MaxLines - 1) / MaxLines;

    private int ColumnWidth => ColumnGap + DotRoom + (int)Shown.Max(name => Sheet.Measure(name, Theme.TextSize));

    public override void Draw(Sheet sheet, SKRect data)
    {
        var (left, top) = (data.Right + Left, data.Top);
        for (var i = 0; i < Shown.Length; i++)
        {
            var (x, y) = (left + i / MaxLines * ColumnWidth, top + 14 + i % MaxLines * LineHeight);
            sheet.Dot(x + 9, y, 10, Colors[i]);
            sheet.Text(Shown[i], x + DotRoom, y, Theme.TextSize, Theme.Ink);
        }
        if (Count > Shown.Length)
            sheet.Text($"and {Count - Shown.Length} more", left, top + Height - 26, Theme.SmallSize, Theme.Muted);
    }
}

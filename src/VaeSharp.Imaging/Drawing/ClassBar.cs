using SkiaSharp;

namespace VaeSharp.Imaging.Drawing;

/// <summary>A colour bar as high as the plot: a step for each class, the first at the bottom, with its name.</summary>
internal sealed class ClassBar(IReadOnlyList<string> names, SKColor[] colors) : ClassKey(names, colors)
{
    private const int BarWidth = 46, Left = 36, TickLength = 8, TextGap = 18, LineHeight = 30;

    public override int Width => Count == 0 ? 0 : Left + BarWidth + TextGap + (int)Shown.Max(name => Sheet.Measure(name, Theme.TextSize));

    public override int Height => 0;

    public override void Draw(Sheet sheet, SKRect data)
    {
        if (Count == 0)
            return;
        var bar = SKRect.Create(data.Right + Left, data.Top, BarWidth, data.Height);
        var every = (int)Math.Ceiling(LineHeight * Count / bar.Height);
        for (var i = 0; i < Count; i++)
        {
            var (from, to) = (Edge(i), Edge(i + 1));
            sheet.Fill(new SKRect(bar.Left, to, bar.Right, from), Colors[i]);
            if (i % every != 0 || i >= Shown.Length)
                continue;
            sheet.Line(bar.Right + 1, (from + to) / 2, bar.Right + TickLength, (from + to) / 2, Theme.Frame, 2);
            sheet.Text(Shown[i], bar.Right + TextGap, (from + to) / 2, Theme.TextSize, Theme.Ink);
        }
        sheet.Outline(bar, Theme.Frame, Theme.FrameWidth);

        float Edge(int step) => MathF.Round(bar.Bottom - bar.Height * step / Count);
    }
}

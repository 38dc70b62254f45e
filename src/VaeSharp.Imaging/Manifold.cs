using SkiaSharp;
using VaeSharp.Imaging.Drawing;

namespace VaeSharp.Imaging;

/// <summary>Draws what a model decodes from a regular grid over two latent units: the learned manifold.</summary>
public static class Manifold
{
    private const int TickLength = 10;

    /// <summary>Draws the decoded grid: z[0] grows to the right and z[1] upwards, so the top row has the largest z[1].</summary>
    /// <param name="images">The decoded images, side · side of them, in the order of <see cref="LatentSpace.Grid"/>.</param>
    /// <param name="extent">The largest value along each axis.</param>
    /// <param name="title">A short title; none by default.</param>
    /// <param name="first">The horizontal axis's label.</param>
    /// <param name="second">The vertical axis's label.</param>
    /// <param name="tickEveryImage">Whether each column and row has a tick, rounded to one decimal, instead of round numbers only.</param>
    /// <exception cref="ArgumentException">The number of images is not the square of a whole number above 1.</exception>
    public static Picture Draw(ImageSet images, double extent, string? title = null, string first = "z[0]", string second = "z[1]",
        bool tickEveryImage = false)
    {
        var side = (int)Math.Round(Math.Sqrt(images.Count));
        if (side * side != images.Count)
            throw new ArgumentException($"A manifold must have as many rows as columns, got {images.Count} images.", nameof(images));
        Check(side, extent);

        var cells = new Cells(images, side, side, targetWidth: 1_700);
        var (left, top) = (Theme.Margin + 112, Theme.Margin + Sheet.TitleHeight(title));
        using var sheet = new Sheet(left + cells.Width + Theme.Margin, top + cells.Height + 104 + Theme.Margin / 2);
        sheet.Title(title, left);
        for (var i = 0; i < images.Count; i++)
            sheet.Image(images, i, cells.Area(side - 1 - i / side, i % side, left, top));

        var area = SKRect.Create(left, top, cells.Width, cells.Height);
        sheet.Outline(area, Theme.Frame, Theme.FrameWidth);
        DrawAxes(sheet, area, extent, side, tickEveryImage);
        sheet.Text(first, area.MidX, area.Bottom + 88, Theme.HeadingSize, Theme.Ink, SKTextAlign.Center);
        sheet.TextUpwards(second, area.Left - 100, area.MidY, Theme.HeadingSize, Theme.Ink);
        return sheet.ToPicture();
    }

    private static void DrawAxes(Sheet sheet, SKRect area, double extent, int side, bool tickEveryImage)
    {
        var ticks = tickEveryImage ? Ticks.Each(-extent, extent, side) : Ticks.Linear(-extent, extent, target: 8);
        // Where images are small, labels are too; smaller still, and only every second or third is written.
        var isDense = ticks.Max(tick => Sheet.Measure(tick.Label, Theme.TextSize)) * 1.4 > area.Width / side;
        var size = tickEveryImage && isDense ? Theme.SmallSize : Theme.TextSize;
        var widest = ticks.Max(tick => Sheet.Measure(tick.Label, size)) + 6;
        var everyColumn = tickEveryImage ? (int)Math.Ceiling(widest * side / area.Width) : 1;
        var everyRow = tickEveryImage ? (int)Math.Ceiling(1.2 * size * side / area.Height) : 1;
        for (var i = 0; i < ticks.Length; i++)
        {
            // A tick stands at the middle of the cell that its value decodes to.
            var along = ((ticks[i].Position + extent) / (2 * extent) * (side - 1) + 0.5) / side;
            var (x, y) = (area.Left + (float)along * area.Width, area.Bottom - (float)along * area.Height);
            sheet.Line(x, area.Bottom + 1, x, area.Bottom + TickLength, Theme.Frame, 2);
            sheet.Line(area.Left - TickLength, y, area.Left - 1, y, Theme.Frame, 2);
            if (i % everyColumn == 0)
                sheet.Text(ticks[i].Label, x, area.Bottom + 32, size, Theme.Ink, SKTextAlign.Center);
            if (i % everyRow == 0)
                sheet.Text(ticks[i].Label, area.Left - 20, y, size, Theme.Ink, SKTextAlign.Right);
        }
    }

    private static void Check(int side, double extent)
    {
        if (side is < 2 or > 1_000)
            throw new ArgumentException($"A manifold must have 2 to 1000 points along each axis, got {side}.", nameof(side));
        if (!(extent > 0 && double.IsFinite(extent)))
            throw new ArgumentException($"A manifold's extent must be finite and above 0, got {extent}.", nameof(extent));
    }
}

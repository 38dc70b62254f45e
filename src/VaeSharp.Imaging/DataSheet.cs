using SkiaSharp;
using VaeSharp.Imaging.Drawing;

namespace VaeSharp.Imaging;

/// <summary>Draws examples of a data set with a caption below each.</summary>
public static class DataSheet
{
    private const int Gutter = 14, CaptionHeight = 44;

    /// <summary>Draws examples from left to right, then from top to bottom.</summary>
    /// <param name="images">The examples, at least one.</param>
    /// <param name="captions">A word below each, such as its class.</param>
    /// <param name="columns">Examples in a row; 0 chooses a number that makes the sheet about square.</param>
    /// <param name="title">A short title; none by default.</param>
    /// <exception cref="ArgumentException">There is no image, or the number of captions is not theirs.</exception>
    public static Picture Draw(ImageSet images, IReadOnlyList<string> captions, int columns = 0, string? title = null)
    {
        Guard.NotEmpty(images);
        Guard.SameCount(images.Count, captions.Count, "a caption", nameof(captions));
        columns = Guard.Columns(columns, Cells.ColumnsFor(images), images.Count);
        var rows = (images.Count + columns - 1) / columns;
        var cells = new Cells(images, columns, rows, gapX: Gutter, gapY: CaptionHeight);
        var top = Theme.Margin + Sheet.TitleHeight(title);
        using var sheet = new Sheet(cells.Width + 2 * Theme.Margin, top + cells.Height + CaptionHeight + Theme.Margin / 2);
        sheet.Title(title, Theme.Margin);
        for (var i = 0; i < images.Count; i++)
        {
            var area = cells.Area(i / columns, i % columns, Theme.Margin, top);
            sheet.Image(images, i, area);
            var caption = Sheet.Fit(captions[i], Theme.SmallSize, area.Width + Gutter / 2);
            sheet.Text(caption, area.MidX, area.Bottom + 19, Theme.SmallSize, Theme.Ink, SKTextAlign.Center);
        }
        return sheet.ToPicture();
    }
}

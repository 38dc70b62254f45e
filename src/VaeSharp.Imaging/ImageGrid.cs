using VaeSharp.Imaging.Drawing;

namespace VaeSharp.Imaging;

/// <summary>Draws images in rows and columns: samples, interpolations, latent traversals.</summary>
public static class ImageGrid
{
    private const int Gutter = 4;

    /// <summary>Draws images from left to right, then from top to bottom.</summary>
    /// <param name="images">The images, at least one.</param>
    /// <param name="columns">Images in a row; 0 chooses a number that makes the grid about square.</param>
    /// <param name="title">A short title; none by default.</param>
    /// <exception cref="ArgumentException">There is no image, or <paramref name="columns"/> is negative.</exception>
    public static Picture Draw(ImageSet images, int columns = 0, string? title = null)
    {
        Guard.NotEmpty(images);
        columns = Guard.Columns(columns, Cells.ColumnsFor(images), images.Count);
        var cells = new Cells(images, columns, (images.Count + columns - 1) / columns, gapX: Gutter, gapY: Gutter);
        var top = Theme.Margin + Sheet.TitleHeight(title);
        using var sheet = new Sheet(cells.Width + 2 * Theme.Margin, top + cells.Height + Theme.Margin);
        sheet.Title(title, Theme.Margin);
        for (var i = 0; i < images.Count; i++)
            sheet.Image(images, i, cells.Area(i / columns, i % columns, Theme.Margin, top));
        return sheet.ToPicture();
    }
}

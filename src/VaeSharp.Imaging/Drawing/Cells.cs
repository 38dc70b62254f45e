using SkiaSharp;

namespace VaeSharp.Imaging.Drawing;

/// <summary>Where the cells of a grid of images lie. Small images are enlarged by a whole number: pixels stay squares.</summary>
internal sealed class Cells
{
    private const int MaxHeight = 12_000, MaxWidth = 2_400, MaxEnlargement = 12;

    public Cells(ImageSet images, int columns, int rows, int targetWidth = 1_400, int gapX = 0, int gapY = 0)
    {
        (Columns, Rows, GapX, GapY) = (columns, rows, gapX, gapY);
        var enlargement = Math.Min(targetWidth / (columns * (double)images.Width), MaxHeight / (rows * (double)images.Height));
        enlargement = enlargement >= 1
            ? Math.Min(Math.Floor(enlargement), MaxEnlargement)
            : Math.Min(1, Math.Min(MaxWidth / (columns * (double)images.Width), MaxHeight / (rows * (double)images.Height)));
        CellWidth = Math.Max(1, (int)(images.Width * enlargement));
        CellHeight = Math.Max(1, (int)(images.Height * enlargement));
    }

    public int Columns { get; }

    public int Rows { get; }

    public int GapX { get; }

    public int GapY { get; }

    public int CellWidth { get; }

    public int CellHeight { get; }

    public int Width => Columns * (CellWidth + GapX) - GapX;

    public int Height => Rows * (CellHeight + GapY) - GapY;

    /// <summary>A number of columns that makes a grid as wide as 1.2 times its height.</summary>
    public static int ColumnsFor(ImageSet images) =>
        Math.Clamp((int)Math.Ceiling(Math.Sqrt(1.2 * images.Count * images.Height / images.Width)), 1, Math.Max(1, images.Count));

    /// <summary>The area of a cell of a grid whose top left corner is given.</summary>
    public SKRectI Area(int row, int column, int left, int top) =>
        SKRectI.Create(left + column * (CellWidth + GapX), top + row * (CellHeight + GapY), CellWidth, CellHeight);
}

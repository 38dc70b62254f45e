using SkiaSharp;
using VaeSharp.Imaging.Drawing;

namespace VaeSharp.Imaging;

/// <summary>Draws originals above what a model made of them.</summary>
public static class Reconstructions
{
    private const int Gutter = 6, GroupGap = 40, CaptionHeight = 38;
    private static readonly string[] rowLabels = ["original", "reconstruction"];

    /// <summary>Draws pairs of rows, each column an original with its reconstruction below it.</summary>
    /// <param name="originals">The images that the model was given, at least one.</param>
    /// <param name="reconstructions">What it made of them, in the same order and of the same size.</param>
    /// <param name="columns">Pairs in a row; 0 stands for 10.</param>
    /// <param name="captions">A word above each original, such as its class; none by default.</param>
    /// <param name="title">A short title; none by default.</param>
    /// <exception cref="ArgumentException">Numbers or sizes of images or captions do not fit each other.</exception>
    public static Picture Draw(ImageSet originals, ImageSet reconstructions, int columns = 0, IReadOnlyList<string>? captions = null,
        string? title = null)
    {
        Guard.NotEmpty(originals);
        Guard.SameCount(originals.Count, reconstructions.Count, "a reconstruction", nameof(reconstructions));
        Guard.SameSize(originals, reconstructions, nameof(reconstructions));
        Guard.SameCount(originals.Count, captions?.Count ?? originals.Count, "a caption", nameof(captions));
        columns = Guard.Columns(columns, byDefault: 10, originals.Count);
        var groups = (originals.Count + columns - 1) / columns;

        var pair = new Cells(originals, columns, 2 * groups, gapX: Gutter, gapY: Gutter);
        var captionHeight = captions is null ? 0 : CaptionHeight;
        var groupHeight = captionHeight + 2 * pair.CellHeight + Gutter;
        var labelWidth = rowLabels.Max(label => Sheet.Measure(label, Theme.TextSize));
        var (left, top) = (Theme.Margin + (int)labelWidth + 22, Theme.Margin + Sheet.TitleHeight(title));
        using var sheet = new Sheet(left + pair.Width + Theme.Margin, top + groups * (groupHeight + GroupGap) - GroupGap + Theme.Margin);

        sheet.Title(title, left);
        for (var group = 0; group < groups; group++)
        {
            var groupTop = top + group * (groupHeight + GroupGap);
            for (var row = 0; row < 2; row++)
            {
                var middle = groupTop + captionHeight + row * (pair.CellHeight + Gutter) + pair.CellHeight / 2f;
                sheet.Text(rowLabels[row], left - 22, middle, Theme.TextSize, row == 0 ? Theme.Muted : Theme.Ink, SKTextAlign.Right);
            }
        }
        for (var i = 0; i < originals.Count; i++)
        {
            var groupTop = top + i / columns * (groupHeight + GroupGap) + captionHeight;
            var above = pair.Area(0, i % columns, left, groupTop);
            sheet.Image(originals, i, above);
            sheet.Image(reconstructions, i, pair.Area(1, i % columns, left, groupTop));
            if (captions is null)
                continue;
            var caption = Sheet.Fit(captions[i], Theme.SmallSize, above.Width);
            sheet.Text(caption, above.MidX, above.Top - 19, Theme.SmallSize, Theme.Muted, SKTextAlign.Center);
        }
        return sheet.ToPicture();
    }
}

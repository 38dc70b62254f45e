using VaeSharp.Data;
using VaeSharp.Imaging.Drawing;
using VaeSharp.Training;

namespace VaeSharp.Imaging;

/// <summary>
/// Draws what a model makes of examples, and what it makes without any, in panels side by side: a small picture for galleries.
/// </summary>
public static class ModelPanels
{
    private const int Columns = 5, Rows = 5, Gutter = 4, Gap = 48, HeadingHeight = 46, PanelWidth = 444;

    /// <summary>Number of images in a panel.</summary>
    public const int Count = Columns * Rows;

    /// <summary>
    /// Draws examples, what they look like behind their codes, and new images; the last only where codes follow the prior. Of a model that
    /// is told a label the new images are the classes in turn.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="data">Examples that it was not trained on, if possible.</param>
    /// <param name="seed">Seed of the new images.</param>
    public static Picture Of(Run run, Dataset data, long seed = 0)
    {
        var shown = data.Take(Count);
        var originals = new float[shown.Count * run.Data.Size];
        shown.CopyTo([.. Enumerable.Range(0, shown.Count)], originals);
        int[] labels = run.NeedsLabels ? [.. Enumerable.Range(0, Count).Select(i => i % run.Data.Classes)] : [];
        return Draw(ImageSet.From(originals, run.Data), ImageSet.From(run.Reconstruct(shown), run.Data),
            run.CanGenerate ? ImageSet.From(run.Generate(Count, labels, seed), run.Data) : null);
    }

    /// <summary>Draws the panels.</summary>
    /// <param name="originals">The images that the model was given, at least one.</param>
    /// <param name="reconstructions">What it made of them, in the same order and of the same size.</param>
    /// <param name="samples">New images of the same size; null where there are none.</param>
    /// <exception cref="ArgumentException">Numbers or sizes of images do not fit each other.</exception>
    public static Picture Draw(ImageSet originals, ImageSet reconstructions, ImageSet? samples = null)
    {
        Guard.NotEmpty(originals);
        Guard.SameCount(originals.Count, reconstructions.Count, "a reconstruction", nameof(reconstructions));
        Guard.SameSize(originals, reconstructions, nameof(reconstructions));
        if (samples is not null)
            Guard.SameSize(originals, samples, nameof(samples));
        List<(string Heading, ImageSet Images)> panels = [("originals", originals), ("reconstructions", reconstructions)];
        if (samples is not null)
            panels.Add(("samples", samples));

        var rows = (panels.Max(panel => panel.Images.Count) + Columns - 1) / Columns;
        var cells = new Cells(originals, Columns, rows, PanelWidth, Gutter, Gutter);
        var top = Gutter + HeadingHeight;
        using var sheet = new Sheet(panels.Count * (cells.Width + Gap) - Gap + 2 * Gutter, top + cells.Height + Gutter);
        for (var p = 0; p < panels.Count; p++)
        {
            var left = Gutter + p * (cells.Width + Gap);
            sheet.Text(Sheet.Fit(panels[p].Heading, Theme.TextSize, cells.Width),
                left, Gutter + Theme.TextSize * 0.6f, Theme.TextSize, Theme.Muted);
            for (var i = 0; i < panels[p].Images.Count; i++)
                sheet.Image(panels[p].Images, i, cells.Area(i / Columns, i % Columns, left, top));
        }
        return sheet.ToPicture();
    }
}

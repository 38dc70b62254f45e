using VaeSharp.Data;
using VaeSharp.Training;

namespace VaeSharp.Imaging;

/// <summary>The pictures of a run: what it learned, at a glance.</summary>
public static class RunPictures
{
    private const int ManifoldSide = 30;
    private const double ManifoldExtent = 3;

    /// <summary>Draws all pictures that fit the model into <c>plots/</c> of the run's folder.</summary>
    /// <param name="run">The run.</param>
    /// <param name="data">Examples that it was not trained on, if possible.</param>
    /// <param name="progress">Told the name of each picture before it is drawn.</param>
    /// <param name="digit">
    /// Of recipes that are told a label: the class that is drawn over the plane of codes; null for one by the run's seed.
    /// </param>
    /// <param name="cancellation">Ends drawing behind the current picture.</param>
    /// <returns>The files, in the order in which a person wants to see them.</returns>
    public static IReadOnlyList<string> DrawAll(Run run, Dataset data, Action<string>? progress = null, int? digit = null,
        CancellationToken cancellation = default)
    {
        var drawsPlane = run.Data.IsDrawable && run.Latent.IsPlane;
        (string Name, Func<Picture?> Draw)[] ofCodes = ScriptPictures.Of(run, data, digit) ??
        [
            ("latent", () => Latent(run, data)),
            ("manifold", () => drawsPlane ? ManifoldOf(run, extent: Extent(run, data)) : null),
        ];
        (string Name, Func<Picture?> Draw)[] drawings =
        [
            ("losses", () => Losses(run)),
            .. ofCodes,
            ("reconstructions", () => run.Data.IsDrawable ? ReconstructionsOf(run, data) : null),
            ("samples", () => run.Data.IsDrawable && run.CanGenerate ? Samples(run) : null),
        ];
        var files = new List<string>();
        foreach (var (name, draw) in drawings)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Invoke(name);
            if (draw() is not { } picture)
                continue;
            files.Add(Path.Combine(run.Path, "plots", $"{name}.png"));
            picture.Save(files[^1]);
        }
        return files;
    }

    /// <summary>Every term over the epochs; null where no epoch has ended.</summary>
    public static Picture? Losses(Run run)
    {
        var epochs = MetricsFile.Read(run.Path);
        if (epochs.Count == 0)
            return null;
        double[] numbers = [.. epochs.Select(epoch => (double)epoch.Epoch)];
        return LossCurves.Draw([.. epochs[0].Train.Keys.Select(term => new Curve(term, numbers, Of(term, epoch => epoch.Train))
        {
            Validation = epochs.Any(epoch => epoch.Validation.ContainsKey(term)) ? Of(term, epoch => epoch.Validation) : null,
        })]);

        double[] Of(string term, Func<EpochMetrics, IReadOnlyDictionary<string, double>> split) =>
            [.. epochs.Select(epoch => split(epoch).GetValueOrDefault(term, double.NaN))];
    }

    /// <summary>The codes of examples on the plane of two units, coloured by label; null where codes have one unit only.</summary>
    public static Picture? Latent(Run run, Dataset data, int first = 0, int second = 1)
    {
        if (run.Latent.Size < 2)
            return null;
        var shown = data.Take(10_000);
        var labels = shown.HasLabels ? Labels(shown) : [];
        var title = shown.HasLabels ? "Codes, coloured by label" : "Codes";
        return LatentScatter.Draw(run.Latent.Drawn(run.Encode(shown)), (int)run.Latent.Size, labels,
            shown.HasLabels ? shown.Spec.ClassNames : null, first, second, title);
    }

    /// <summary>The means of q(z|x) on the plane of the first two units, coloured by label, with a colour bar; null where codes have one
    /// unit only.</summary>
    /// <param name="run">The run.</param>
    /// <param name="data">The examples; all of them are drawn.</param>
    /// <param name="limit">Both axes reach from −limit to +limit, and means outside are counted; null takes room for nearly all.</param>
    /// <param name="title">A short title; none by default.</param>
    public static Picture? MeansOf(Run run, Dataset data, double? limit = null, string? title = null)
    {
        if (run.Latent.Size < 2)
            return null;
        var labels = data.HasLabels ? Labels(data) : [];
        var names = data.HasLabels ? data.Spec.ClassNames : null;
        return LatentScatter.Draw(run.Encode(data), (int)run.Latent.Size, labels, names, title: title, limit: limit, colorBar: true);
    }

    /// <summary>Decoded images over the plane of a code's two units.</summary>
    /// <param name="run">The run.</param>
    /// <param name="label">The label that the model is told, where it is told one.</param>
    /// <param name="side">Number of images on each side.</param>
    /// <param name="extent">The plane reaches from −extent to +extent.</param>
    /// <param name="title">A short title; null for none.</param>
    /// <param name="tickEveryImage">Whether each column and row has a tick, rounded to one decimal, instead of round numbers only.</param>
    public static Picture ManifoldOf(Run run, int label = 0, int side = ManifoldSide, double extent = ManifoldExtent,
        string? title = "Decoded images over the latent plane", bool tickEveryImage = false)
    {
        int[] labels = run.NeedsLabels ? [.. Enumerable.Repeat(label, side * side)] : [];
        var images = run.Decode(run.Latent.Grid(side, extent), labels);
        return Manifold.Draw(ImageSet.From(images, run.Data), extent, title, tickEveryImage: tickEveryImage);
    }

    /// <summary>Examples, and what they look like behind their codes.</summary>
    public static Picture ReconstructionsOf(Run run, Dataset data, int count = 20)
    {
        var shown = data.Take(count);
        var originals = new float[shown.Count * run.Data.Size];
        shown.CopyTo([.. Enumerable.Range(0, shown.Count)], originals);
        return Reconstructions.Draw(ImageSet.From(originals, run.Data), ImageSet.From(run.Reconstruct(shown), run.Data));
    }

    /// <summary>New images from the prior; of models that are told a label, a row of each class.</summary>
    public static Picture Samples(Run run, int count = 100, long seed = 0, double temperature = 1)
    {
        int[] labels = run.NeedsLabels ? [.. Enumerable.Range(0, count).Select(i => i * run.Data.Classes / count)] : [];
        return ImageGrid.Draw(ImageSet.From(run.Generate(count, labels, seed, temperature), run.Data), columns: 10);
    }

    /// <summary>Draws the model's layers into the run's folder: <c>architecture</c>, <c>architecture-encoder</c> and
    /// <c>architecture-decoder</c>, each as SVG and as PNG.</summary>
    /// <param name="run">The run.</param>
    /// <param name="title">A short title of the whole; none by default.</param>
    /// <returns>The six files.</returns>
    public static IReadOnlyList<string> ArchitectureOf(Run run, string? title = null)
    {
        var architecture = run.Architecture;
        return
        [
            .. ArchitectureDiagram.Draw(architecture, title).Save(run.Path, "architecture"),
            .. ArchitectureDiagram.Draw(architecture.Encoder).Save(run.Path, "architecture-encoder"),
            .. ArchitectureDiagram.Draw(architecture.Decoder).Save(run.Path, "architecture-decoder"),
        ];
    }

    private static int[] Labels(Dataset data) => [.. Enumerable.Range(0, data.Count).Select(data.Label)];

    /// <summary>
    /// How far codes lie from the middle: three standard deviations of the prior; where that was fitted, or codes have no density, all but
    /// the farthest.
    /// </summary>
    private static double Extent(Run run, Dataset data)
    {
        if (run.CanGenerate && run.Fit is null)
            return ManifoldExtent;
        var distances = run.Encode(data.Take(1000)).Select(Math.Abs).Order().ToList();
        return Math.Max(distances[distances.Count * 99 / 100], 1e-3);
    }
}

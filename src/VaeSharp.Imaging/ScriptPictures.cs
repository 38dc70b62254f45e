using VaeSharp.Data;
using VaeSharp.Training;

namespace VaeSharp.Imaging;

/// <summary>The pictures of the Keras scripts, under the names that the scripts give them.</summary>
internal static class ScriptPictures
{
    private const double Extent = 4;

    /// <summary>The pictures of a run's recipe, each with its name; null where the run began as no such recipe.</summary>
    /// <param name="run">The run.</param>
    /// <param name="data">Examples that it was not trained on.</param>
    /// <param name="digit">The class that is drawn; null for the one that was drawn before, or else for one by the run's seed.</param>
    public static (string Name, Func<Picture?> Draw)[]? Of(Run run, Dataset data, int? digit)
    {
        var label = digit ?? Drawn(run) ?? new Random(unchecked((int)run.Experiment.Seed)).Next(Math.Max(1, run.Data.Classes));
        return run.Experiment.Recipe switch
        {
            "vae_mlp" or "vae_cnn" =>
            [
                ("vae_mean", () => RunPictures.MeansOf(run, data)),
                ("digits_over_latent", () => Plane(side: 30)),
            ],
            "cvae" or "beta_cvae" =>
            [
                ("cvae_mean", () => RunPictures.MeansOf(run, data, limit: Extent)),
                ($"{label:00000}", () => Plane(side: 10)),
            ],
            _ => null,
        };

        Picture? Plane(int side) => run.Data.IsDrawable && run.Latent.IsPlane
            ? RunPictures.ManifoldOf(run, label, side, Extent, title: null, tickEveryImage: true)
            : null;
    }

    /// <summary>The class whose picture is there already: what is drawn again replaces it.</summary>
    private static int? Drawn(Run run)
    {
        var plots = Path.Combine(run.Path, "plots");
        if (!Directory.Exists(plots))
            return null;
        var names = Directory.EnumerateFiles(plots, "?????.png").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal);
        return names.Select(name => int.TryParse(name, out var label) && label >= 0 && label < run.Data.Classes ? label : (int?)null)
            .FirstOrDefault(label => label is not null);
    }
}

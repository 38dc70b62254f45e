using VaeSharp.Data;
using VaeSharp.Training;

namespace VaeSharp.Imaging.Tests;

public sealed class RunPicturesTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vaesharp-pictures-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Means_are_those_of_the_first_two_units_of_all_examples()
    {
        var data = Squares(60);
        using var run = Trained("vae", latent: 3, data);
        var codes = run.Encode(data).Chunk(3).SelectMany(code => code[..2]).ToArray();
        var labels = Enumerable.Range(0, data.Count).Select(data.Label).ToArray();
        var expected = LatentScatter.Draw(codes, labels: labels, classNames: data.Spec.ClassNames, limit: 2, colorBar: true);
        Assert.Equal(expected.Png.ToArray(), RunPictures.MeansOf(run, data, limit: 2)!.Png.ToArray());
    }

    [Fact]
    public void Means_of_one_unit_have_no_plane()
    {
        var data = Squares(20);
        using var run = Trained("vae", latent: 1, data);
        Assert.Null(RunPictures.MeansOf(run, data));
    }

    /// <summary>
    /// Codes on a circle are no plane: on a square of places each direction would be drawn many times. Nor are positive codes one.
    /// </summary>
    [Theory, InlineData("vae", true), InlineData("s-vae", false), InlineData("gamma-vae", false)]
    public void A_manifold_is_drawn_of_a_plane_only(string model, bool drawn)
    {
        var data = Squares(20);
        using var run = Trained(model, latent: 2, data);
        Assert.Equal(drawn, RunPictures.DrawAll(run, data).Any(path => Path.GetFileName(path) == "manifold.png"));
    }

    [Fact]
    public void A_manifold_is_decoded_under_its_label_from_corner_to_corner()
    {
        using var run = Trained("cvae", latent: 2, Squares(20));
        float[] codes = [-4, -4, 4, -4, -4, 4, 4, 4];
        var expected = Manifold.Draw(ImageSet.From(run.Decode(codes, new[] { 1, 1, 1, 1 }), run.Data), 4, tickEveryImage: true);
        var drawn = RunPictures.ManifoldOf(run, label: 1, side: 2, extent: 4, title: null, tickEveryImage: true);
        Assert.Equal(expected.Png.ToArray(), drawn.Png.ToArray());
        var other = RunPictures.ManifoldOf(run, label: 0, side: 2, extent: 4, title: null, tickEveryImage: true);
        Assert.NotEqual(expected.Png.ToArray(), other.Png.ToArray());
    }

    [Fact]
    public void The_architecture_is_six_files_in_the_runs_folder()
    {
        using var run = Trained("cvae", latent: 2, Squares(20));
        var files = RunPictures.ArchitectureOf(run);
        Assert.All(files, file => Assert.Equal(run.Path, Path.GetDirectoryName(file)));
        Assert.Equal(
            ["architecture-decoder.png", "architecture-decoder.svg", "architecture-encoder.png", "architecture-encoder.svg",
                "architecture.png", "architecture.svg"], files.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("z_mean: ", File.ReadAllText(Path.Combine(run.Path, "architecture-encoder.svg")));
        Assert.Contains("z_sampling: ", File.ReadAllText(Path.Combine(run.Path, "architecture-decoder.svg")));
        Assert.False(Directory.Exists(Path.Combine(run.Path, "plots")));
    }

    private Run Trained(string model, int latent, Dataset data)
    {
        var experiment = Experiment.Of(model);
        experiment = experiment with
        {
            Model = experiment.Model with { Latent = latent },
            Training = experiment.Training with { Epochs = 1 },
        };
        var path = Path.Combine(folder.FullName, "run");
        Trainer.Run(experiment, path, new DataSplits(data, data));
        return Run.Open(path);
    }

    /// <summary>Bright and dark squares, in two classes.</summary>
    private static Dataset Squares(int count)
    {
        var random = new Random(2);
        var labels = Enumerable.Range(0, count).Select(i => i % 2).ToArray();
        var values = labels.SelectMany(label => Enumerable.Range(0, 16).Select(_ => 0.5f * label + 0.5f * random.NextSingle())).ToArray();
        return Dataset.From(values, [1, 4, 4], labels, ["dark", "bright"], range: (0, 1));
    }
}

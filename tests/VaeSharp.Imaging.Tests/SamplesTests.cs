using VaeSharp.Data;
using VaeSharp.Priors;
using VaeSharp.Samples;
using VaeSharp.Training;

namespace VaeSharp.Imaging.Tests;

/// <summary>The samples do what they say. They write to the console, so they run one after the other.</summary>
[Collection("console")]
public sealed class SamplesTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vaesharp-samples-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Train_and_plot_draws_five_pictures()
    {
        TrainAndPlot.Execute(Path.Combine(folder.FullName, "run"));
        var pictures = Directory.GetFiles(Path.Combine(folder.FullName, "run", "plots")).Select(Path.GetFileName).Order();
        Assert.Equal(["latent.png", "losses.png", "manifold.png", "reconstructions.png", "samples.png"], pictures);
    }

    [Fact]
    public void Neighbours_of_unseen_images_mostly_have_their_label()
    {
        var told = Told(FindNeighbours.Execute);
        var right = int.Parse(told.Split("label for ")[1].Split(' ')[0]);
        Assert.InRange(right, 160, 200);                                                         // chance is 20
    }

    [Fact]
    public void Other_digits_score_as_more_unusual_than_sevens()
    {
        var told = Told(ScoreAnomalies.Execute);
        var percent = double.Parse(told.Split(" in ")[1].Split('%')[0].Trim());
        Assert.InRange(percent, 85, 100);                                                        // chance is 50
    }

    [Fact]
    public void Weights_come_back_from_Keras_as_they_went() =>
        Assert.Equal($"vae_mlp.weights.h5, vae_mlp.h5, vae_mlp.py; the codes are the same.{Environment.NewLine}",
            Told(CarryWeights.Execute));

    /// <summary>
    /// A conditional model learns in seconds to draw what it is asked for, and a classifier to tell it; if the labels that are drawn,
    /// learned and counted were not the same, a tenth would be recognised.
    /// </summary>
    [Fact]
    public void Images_of_a_class_are_recognised_as_of_that_class()
    {
        var experiment = Experiment.Of("cvae");
        experiment = experiment with
        {
            Training = experiment.Training with { Epochs = 5 },
            Data = new DigitsSpec { Limit = 6000 },
        };
        var told = Told(folder =>
        {
            Trainer.Run(experiment, folder);
            RecogniseSamples.Report(folder, each: 20);
        });
        Assert.StartsWith("cvae on digits, prior standard-normal, 20 images of each class", told);
        Assert.InRange(double.Parse(told.Split("right on ")[1].Split(' ')[0]), 80, 100);
        Assert.All(Shares(told)[^1], percent => Assert.InRange(percent, 60, 100));
    }

    /// <summary>What the program trains by itself: images are drawn from the prior that it fitted, under each label.</summary>
    [Fact]
    public void A_vq_vae_gets_a_prior_and_draws_from_it()
    {
        var told = Told(folder =>
        {
            RecogniseSamples.Learn(folder, new DigitsSpec { Limit = 256 });
            using (var run = Run.Open(folder))
                Assert.True(run is { NeedsLabels: true, Prior: PixelCnnPriorSpec, Fit.Training.Epochs: 1 });
            RecogniseSamples.Report(folder, each: 4);
        });
        Assert.StartsWith("vq-vae on digits, prior pixel-cnn, 4 images of each class", told);
        var shares = Shares(told);
        Assert.Equal(11, shares.Length);
        Assert.All([0, 1], column => Assert.Equal(shares[..^1].Average(row => row[column]), shares[^1][column], tolerance: 0.051));
    }

    // The table's rows, without its heading: of each class and of all, the percentages.
    private static double[][] Shares(string told) =>
    [
        .. from line in told.Split(Environment.NewLine).SkipWhile(line => line.Length > 0).Skip(2)
           where line.Length > 0
           select line.Split('%', StringSplitOptions.RemoveEmptyEntries)
               .Select(cell => double.Parse(cell.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1])).ToArray(),
    ];

    private string Told(Action<string> sample)
    {
        var before = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(output);
        try
        {
            sample(Path.Combine(folder.FullName, "run"));
        }
        finally
        {
            Console.SetOut(before);
        }
        return output.ToString();
    }
}

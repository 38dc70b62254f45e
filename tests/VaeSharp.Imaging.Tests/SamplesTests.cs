using VaeSharp.Samples;

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

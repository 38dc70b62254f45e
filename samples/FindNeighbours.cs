using VaeSharp.Training;

namespace VaeSharp.Samples;

/// <summary>Embeds images as ten numbers each, and finds the nearest neighbours of unseen ones.</summary>
public static class FindNeighbours
{
    /// <summary>Trains into a new folder.</summary>
    public static void Execute(string folder)
    {
        var experiment = Experiment.Of("vae");
        experiment = experiment with { Model = experiment.Model with { Latent = 10 }, Training = experiment.Training with { Epochs = 3 } };
        var data = experiment.LoadData();
        Trainer.Run(experiment, folder);

        using var run = Run.Open(folder);
        var known = run.Encode(data.Train.Take(10_000)).Chunk(10).ToArray();
        var unseen = run.Encode(data.Test!.Take(200)).Chunk(10).ToArray();
        var right = unseen.Where((code, i) => data.Train.Label(Nearest(code, known)) == data.Test!.Label(i)).Count();
        Console.WriteLine($"The nearest neighbour has the same label for {right} of {unseen.Length} unseen images.");
    }

    private static int Nearest(float[] code, float[][] known) =>
        Enumerable.Range(0, known.Length).MinBy(i => code.Zip(known[i], (a, b) => (a - b) * (a - b)).Sum());
}

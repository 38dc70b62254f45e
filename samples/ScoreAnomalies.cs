using VaeSharp.Data;
using VaeSharp.Training;

namespace VaeSharp.Samples;

/// <summary>Trains on sevens and tells other digits from them by how unusual they are.</summary>
public static class ScoreAnomalies
{
    /// <summary>Trains into a new folder.</summary>
    public static void Execute(string folder)
    {
        var experiment = Experiment.Of("vae");
        experiment = experiment with { Training = experiment.Training with { Epochs = 15 } };
        var data = experiment.LoadData();
        Trainer.Run(experiment, folder, new DataSplits(Sevens(data.Train)));

        using var run = Run.Open(folder);
        var usual = run.Score(Sevens(data.Test!).Take(500));
        var unusual = run.Score(data.Test!.Select([.. Indices(data.Test!, seven: false).Take(500)]));
        var told = usual.Average(score => unusual.Average(other => other > score ? 1.0 : 0.0));
        Console.WriteLine($"Sevens score {usual.Average():F0} nats, other digits {unusual.Average():F0}.");
        Console.WriteLine($"Another digit scores higher than a seven in {told:P1} of all pairs.");
    }

    private static Dataset Sevens(Dataset data) => data.Select([.. Indices(data, seven: true)]);

    private static IEnumerable<int> Indices(Dataset data, bool seven) =>
        Enumerable.Range(0, data.Count).Where(i => data.Label(i) == 7 == seven);
}

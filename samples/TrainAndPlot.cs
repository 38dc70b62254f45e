using VaeSharp.Imaging;
using VaeSharp.Training;

namespace VaeSharp.Samples;

/// <summary>Trains a variational autoencoder and draws what it learned.</summary>
public static class TrainAndPlot
{
    /// <summary>Trains into a new folder.</summary>
    public static void Execute(string folder)
    {
        var experiment = Experiment.Of("vae");
        experiment = experiment with { Training = experiment.Training with { Epochs = 3 } };
        Trainer.Run(experiment, folder, progress: report => Console.WriteLine($"epoch {report.Epoch}: {report.Train["loss"]:F1} nats"));

        using var run = Run.Open(folder);
        var test = experiment.LoadData().Test!;
        float[] codes = run.Encode(test);                             // [10000, 2]
        float[] digits = run.Generate(100);                           // [100, 1, 28, 28]
        Console.WriteLine($"{codes.Length / 2} codes, {digits.Length / 784} new digits");
        foreach (var picture in RunPictures.DrawAll(run, test))
            Console.WriteLine(picture);
    }
}

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
        var data = experiment.LoadData();

        Trainer.Run(experiment, folder, progress: report =>
        {
            if (report.EpochEnded)
                Console.WriteLine($"epoch {report.Epoch}: {report.Validation!["loss"]:F1} nats");
        });

        using var run = Run.Open(folder);
        foreach (var picture in RunPictures.DrawAll(run, data.Test!))
            Console.WriteLine(picture);
    }
}

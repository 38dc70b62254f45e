using VaeSharp.Conditions;
using VaeSharp.Data;
using VaeSharp.Priors;
using VaeSharp.Specs;
using VaeSharp.Training;

namespace VaeSharp.Samples;

/// <summary>Draws images of each class, and counts those that a classifier recognises as what was asked for.</summary>
public static class RecogniseSamples
{
    private const int AtOnce = 100;                                                              // images
    private static readonly double[] Temperatures = [1, 0.8];

    /// <summary>Takes the run in a folder, of a model of images that is told labels; trains one on digits where there is none.</summary>
    public static void Execute(string folder)
    {
        if (!File.Exists(Path.Combine(folder, "experiment.json")))
            Learn(folder, new DigitsSpec());
        Report(folder, each: 500);
    }

    /// <summary>Trains a VQ-VAE that is told labels into a new folder, and fits a PixelCNN to its codes.</summary>
    public static void Learn(string folder, DatasetSpec data)
    {
        var experiment = Experiment.Of("vq-vae");
        experiment = experiment with
        {
            Model = experiment.Model with { Condition = new LabelConditionSpec() },
            Training = experiment.Training with { Epochs = 2 },
            Data = data,
        };
        Trainer.Run(experiment, folder, progress: Tell);
        var fit = PriorFit.Plan(experiment, new PixelCnnPriorSpec());
        PriorFit.Run(folder, fit with { Training = fit.Training with { Epochs = 1 } }, progress: Tell);
    }

    /// <summary>Prints which share of a run's images of each class a classifier takes for that class.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="each">Number of images of each class.</param>
    public static void Report(string folder, int each)
    {
        using var run = Run.Open(folder);
        if (!run.NeedsLabels)
            throw new ArgumentException($"Run '{folder}' draws no class that it is asked for. Train one with --condition label.");
        var data = run.Experiment.LoadData(new DataContext { Progress = read => Tell($"{read.What}: {read.Done:N0} {read.Unit}") });
        using var classifier = new Classifier(run.Data);
        classifier.Train(data.Train, epochs: 3, done => Tell($"classifier: {done:P0}"));
        var accuracy = classifier.Accuracy(data.Test!);
        Tell("");
        Console.WriteLine($"{run.Experiment.Name} on {data.Train.Name}, prior {Catalogue.Of(run.Prior).Name}, {each} images of each class");
        Console.WriteLine($"The classifier is right on {accuracy:P1} of {data.Test!.Count:N0} test images.");

        var shares = Temperatures.Select(temperature => Shares(run, classifier, each, temperature)).ToArray();
        Tell("");
        Console.WriteLine();
        Row("", Temperatures.Select(temperature => $"T = {temperature}"));
        foreach (var (label, name) in run.Data.ClassNames.Index())
            Row(name, shares.Select(share => $"{share[label]:P1}"));
        Row("all", shares.Select(share => $"{share.Average():P1}"));
    }

    // Of each class, how many of its images are recognised.
    private static double[] Shares(Run run, Classifier classifier, int each, double temperature)
    {
        var right = new double[run.Data.Classes];
        for (var label = 0; label < right.Length; label++)
        {
            for (var from = 0; from < each; from += AtOnce)
            {
                Tell($"drawing at T = {temperature}: {label * each + from:N0} of {right.Length * each:N0} images");
                int[] labels = [.. Enumerable.Repeat(label, Math.Min(AtOnce, each - from))];
                var images = run.Generate(labels.Length, labels, seed: label * each + from, temperature);
                right[label] += classifier.Recognise(images).Count(found => found == labels[0]);
            }
            right[label] /= each;
        }
        return right;
    }

    private static void Row(string name, IEnumerable<string> cells) =>
        Console.WriteLine($"{name,-12}{string.Concat(cells.Select(cell => $"{cell,10}"))}");

    private static void Tell(TrainingReport report) =>
        Tell($"{report.What}: epoch {report.Epoch} of {report.Epochs}, {report.SamplesPerSecond:N0} samples/s, {report.Left:mm\\:ss} left");

    // How far it is, on one line of the terminal.
    private static void Tell(string what)
    {
        if (!Console.IsErrorRedirected)
            Console.Error.Write($"\r{what,-76}\r");
    }
}

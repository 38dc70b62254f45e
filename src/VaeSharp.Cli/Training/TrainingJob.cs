using VaeSharp.Data;
using VaeSharp.Imaging;
using VaeSharp.Specs;
using VaeSharp.Training;

namespace VaeSharp.Cli.Training;

/// <summary>One training from its data to its pictures.</summary>
internal sealed class TrainingJob(Experiment experiment, string folder, Terminal terminal)
{
    /// <summary>How data are read.</summary>
    public required DataContext Data { get; init; }

    /// <summary>The folder that was named for data, to be repeated in commands.</summary>
    public string? DataDir { get; init; }

    /// <summary>The class that a recipe's picture shows; null for any.</summary>
    public int? Digit { get; init; }

    /// <summary>Who is told how far it is.</summary>
    public required TrainingDisplay Display { get; init; }

    /// <summary>Trains from the start.</summary>
    public int Start() => Display.During(() =>
    {
        var data = Load(experiment);
        Display.Begin(experiment, data, folder, doneEpochs: 0);
        var result = Trainer.Run(experiment, folder, data, progress: Display.Training, cancellation: terminal.Cancellation);
        return Finish(experiment, data, result);
    });

    /// <summary>Goes on.</summary>
    /// <param name="epochs">Number of epochs in all, where it changes.</param>
    public int Resume(int? epochs) => Display.During(() =>
    {
        var longer = experiment with { Training = experiment.Training with { Epochs = epochs ?? experiment.Training.Epochs } };
        var data = Load(longer);
        Display.Begin(longer, data, folder, MetricsFile.Read(folder).Count);
        var result = Trainer.Resume(folder, epochs, data, progress: Display.Training, cancellation: terminal.Cancellation);
        return Finish(longer, data, result);
    });

    /// <summary>Takes weights from a file, and trains nothing.</summary>
    public int Import(string weights) => Display.During(() =>
    {
        // Weights that do not fit are told before data are fetched, where these need not be seen to be described.
        var known = experiment.Data.Describe();
        if (known is not null)
            RunImport.Create(experiment, known, weights, folder);
        var data = LoadForPictures(known is not null);
        if (known is null)
            RunImport.Create(experiment, data.Train.Spec, weights, folder);
        using var run = VaeSharp.Training.Run.Open(folder);
        var unseen = RunData.Unseen(experiment, data);
        Display.Drawing("the loss");
        var loss = run.Score(unseen, samples: 1).Average();
        var files = Files(run, unseen);
        Display.Imported(new ImportResult(folder, weights, unseen == data.Test, loss, run.Constant), files, Next(run));
        return ExitCode.Success;
    });

    private DataSplits LoadForPictures(bool imported)
    {
        try
        {
            return Load(experiment);
        }
        catch (IOException failure) when (imported)
        {
            throw new IOException(
                $"{failure.Message}\nThe weights are in {folder}. With the data, draw its pictures with: {Commands.Of("plot")}", failure);
        }
    }

    private DataSplits Load(Experiment experiment)
    {
        ComputeResources.DeviceOf(experiment.Training.Device);            // refused before anything is read
        var data = experiment.LoadData(Data with { Progress = Display.Reading });
        experiment.Check(data.Train.Spec);
        return data;
    }

    private int Finish(Experiment experiment, DataSplits data, TrainingResult result)
    {
        if (result.End == TrainingEnd.Cancelled)
        {
            Display.Cancelled(result, experiment, Commands.Of("train --resume") + Commands.DataFolder);
            return ExitCode.Cancelled;
        }
        using var run = VaeSharp.Training.Run.Open(folder);
        var files = Files(run, RunData.Unseen(experiment, data));
        var kept = MetricsFile.Read(folder).FirstOrDefault(epoch => epoch.Epoch == result.KeptEpoch);
        var epochs = 2 * Math.Max(experiment.Training.Epochs, result.Epochs);
        var again = $"{Commands.Of("train --resume")} --epochs {epochs}{Commands.DataFolder}";
        Display.End(result, kept, files, [.. Next(run), again]);
        return ExitCode.Success;
    }

    /// <summary>Pictures, diagrams of the architecture, and for a recipe of Keras's its weights as Keras reads them.</summary>
    private IReadOnlyList<string> Files(VaeSharp.Training.Run run, Dataset unseen)
    {
        var pictures = Draw(run, unseen);
        Display.Drawing("the architecture");
        List<string> files = [.. pictures, RunPictures.ArchitectureOf(run)[0]];
        if (experiment.Recipe.Length > 0 && KerasWeightsOf(run) is { } weights)
            files.Add(weights);
        return files;
    }

    private string? KerasWeightsOf(VaeSharp.Training.Run run)
    {
        var file = Path.Combine(folder, $"{experiment.Recipe}_{Catalogue.Of(experiment.Data).Name}.h5");
        try
        {
            run.SaveKeras(file);
            return file;
        }
        catch (NotSupportedException)
        {
            return null;                                                  // a part that was exchanged has no counterpart in Keras
        }
    }

    private IReadOnlyList<string> Draw(VaeSharp.Training.Run run, Dataset unseen)
    {
        try
        {
            return RunPictures.DrawAll(run, unseen, Display.Drawing, Digit, terminal.Cancellation);
        }
        catch (OperationCanceledException)
        {
            throw new CancelledException(
                $"The training is done and saved. Draw its pictures with: {Commands.Of("plot")}{Commands.DataFolder}");
        }
    }

    private RunCommands Commands => new(folder, DataDir);

    /// <summary>What to try next.</summary>
    private IEnumerable<string> Next(VaeSharp.Training.Run run)
    {
        if (run.CanGenerate)
            yield return Commands.Of("sample")
                + (run.NeedsLabels ? $" --label {Invocation.Quote(run.Data.ClassNames[^1])}" : "") + RunCommands.Output(run, "samples");
        yield return Commands.Of("reconstruct") + Commands.DataFolder + RunCommands.Output(run, "reconstructions");
        yield return Commands.Of("summary");
    }
}

using VaeSharp.Data;
using VaeSharp.Imaging;
using VaeSharp.Training;

namespace VaeSharp.Cli.Training;

/// <summary>Fits a prior to the codes of a run, and draws samples from it.</summary>
internal sealed class FitJob(Experiment experiment, string folder, Terminal terminal)
{
    /// <summary>How data are read.</summary>
    public required DataContext Data { get; init; }

    /// <summary>The folder that was named for data, to be repeated in commands.</summary>
    public string? DataDir { get; init; }

    /// <summary>Who is told how far it is.</summary>
    public required TrainingDisplay Display { get; init; }

    /// <summary>Fits a prior from the start.</summary>
    public int Start(Experiment fit) => Display.During(() =>
    {
        var data = Begin(fit, doneEpochs: 0);
        return Finish(fit, PriorFit.Run(folder, fit, data, progress: Display.Training, cancellation: terminal.Cancellation));
    });

    /// <summary>Goes on with a fit that was stopped.</summary>
    public int Resume() => Display.During(() =>
    {
        var fit = PriorFit.Unfinished(folder);
        var data = Begin(fit, PriorFit.EpochsOfUnfinished(folder));
        return Finish(fit, PriorFit.Resume(folder, data, progress: Display.Training, cancellation: terminal.Cancellation));
    });

    private DataSplits Begin(Experiment fit, int doneEpochs)
    {
        ComputeResources.DeviceOf(fit.Training.Device);                   // refused before anything is read
        var data = experiment.LoadData(Data with { Progress = Display.Reading });
        Display.Begin(fit, data, folder, doneEpochs);
        return data;
    }

    private int Finish(Experiment fit, TrainingResult result)
    {
        if (result.End == TrainingEnd.Cancelled)
        {
            Display.Cancelled(result, fit, $"{Commands.Of("fit")} --resume{Commands.DataFolder}");
            return ExitCode.Cancelled;
        }
        using var run = VaeSharp.Training.Run.Open(folder);
        List<string> files = [];
        if (run.Data.IsDrawable)
        {
            Display.Drawing("samples");
            files.Add(Path.Combine(folder, "plots", "samples.png"));
            RunPictures.Samples(run).Save(files[0]);
        }
        var kept = MetricsFile.Read(Path.Combine(folder, FittedPrior.Name)).FirstOrDefault(epoch => epoch.Epoch == result.KeptEpoch);
        var sample = Commands.Of("sample") + RunCommands.Output(run, "samples");
        Display.End(result, kept, files, [sample, Commands.Of("evaluate") + Commands.DataFolder, $"{Commands.Of("fit")} --undo"]);
        return ExitCode.Success;
    }

    private RunCommands Commands => new(folder, DataDir);
}

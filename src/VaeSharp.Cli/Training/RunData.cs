using System.Globalization;
using VaeSharp.Data;
using VaeSharp.Imaging;
using VaeSharp.Training;

namespace VaeSharp.Cli.Training;

/// <summary>The data of a run.</summary>
internal static class RunData
{
    /// <summary>How data are read in this command.</summary>
    public static DataContext Context(string? folder, Terminal terminal) => new()
    {
        Directory = folder,
        ImageDecoder = new ImageDecoder(),
        Cancellation = terminal.Cancellation,
    };

    /// <summary>Examples that the model was not trained on; where there are none, those that it was.</summary>
    public static Dataset Unseen(Experiment experiment, DataSplits data) => data.Test ?? Validation(experiment, data) ?? data.Train;

    /// <summary>
    /// Examples that chose the best weights: the data's own, or those held out of the training data; null where none were.
    /// </summary>
    public static Dataset? Validation(Experiment experiment, DataSplits data) => data.Validation
        ?? (double.TryParse(experiment.Training.Validation, NumberStyles.Float, CultureInfo.InvariantCulture, out var share)
            ? Splits.HoldOut(data.Train, share, experiment.Seed).Validation
            : null);

    /// <summary>Number of training and of validation examples.</summary>
    public static (int Train, int Validation) Counts(Experiment experiment, DataSplits data)
    {
        if (!double.TryParse(experiment.Training.Validation, NumberStyles.Float, CultureInfo.InvariantCulture, out var share))
            return (data.Train.Count, experiment.Training.Validation == "test" ? data.Test?.Count ?? 0 : 0);
        if (data.Validation is { } validation)
            return (data.Train.Count, validation.Count);
        var (train, held) = Splits.HoldOut(data.Train, share, experiment.Seed);
        return (train.Count, held.Count);
    }
}

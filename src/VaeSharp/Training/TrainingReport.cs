namespace VaeSharp.Training;

/// <summary>How far a training is; given several times a second and at each epoch's end.</summary>
public sealed record TrainingReport
{
    /// <summary>What is trained: <c>model</c>, or <c>prior</c> while one is fitted to the codes of a model.</summary>
    public string What { get; init; } = "model";

    /// <summary>The epoch under way, or the one that ended, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Number of epochs.</summary>
    public required int Epochs { get; init; }

    /// <summary>Steps that are done.</summary>
    public required long Step { get; init; }

    /// <summary>Number of steps of the whole training.</summary>
    public required long TotalSteps { get; init; }

    /// <summary>Means of the training terms over the epoch so far, in nats per example.</summary>
    public required IReadOnlyDictionary<string, double> Train { get; init; }

    /// <summary>The terms over the validation data at the last epoch's end; null before the first, or without validation data.</summary>
    public IReadOnlyDictionary<string, double>? Validation { get; init; }

    /// <summary>Training examples per second.</summary>
    public required double SamplesPerSecond { get; init; }

    /// <summary>Time left, by what went before.</summary>
    public required TimeSpan Left { get; init; }

    /// <summary>Whether the epoch has just ended.</summary>
    public bool EpochEnded { get; init; }

    /// <summary>Whether the epoch that ended was the best so far.</summary>
    public bool IsBest { get; init; }
}

/// <summary>How a training ended.</summary>
public enum TrainingEnd
{
    /// <summary>All epochs are done.</summary>
    Completed,

    /// <summary>The validation loss stood still for as long as was allowed.</summary>
    StoodStill,

    /// <summary>It was cancelled; it can be resumed.</summary>
    Cancelled,
}

/// <summary>What a training led to.</summary>
/// <param name="Folder">The run's folder.</param>
/// <param name="End">How it ended.</param>
/// <param name="Epochs">Whole epochs that are done.</param>
/// <param name="KeptEpoch">The epoch of the kept weights, counted from 1; 0 where no epoch was finished.</param>
/// <param name="KeptLoss">Its monitored loss, in nats per example.</param>
/// <param name="Seconds">Seconds of training, of all sessions together.</param>
public sealed record TrainingResult(string Folder, TrainingEnd End, int Epochs, int KeptEpoch, double KeptLoss, double Seconds);

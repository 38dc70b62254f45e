namespace VaeSharp.Cli.Gallery;

/// <summary>What one row of the zoo came to.</summary>
internal sealed record GalleryEntry
{
    /// <summary>The row's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it was trained with.</summary>
    public required GalleryBudget Budget { get; init; }

    /// <summary>Its choices, as JSON: a row that was changed is not done any more.</summary>
    public required string Model { get; init; }

    /// <summary>−E log p(x|z) on the validation set, in nats per example; null where the objective logs none.</summary>
    public double? Reconstruction { get; init; }

    /// <summary>KL(q(z|x) ‖ p(z)) on the validation set, in nats per example; null where the objective logs none.</summary>
    public double? Kl { get; init; }

    /// <summary>
    /// What else the log has of the codes on the validation set: the divergence of each part or level, in nats, and how the codes of a
    /// codebook are used.
    /// </summary>
    public IReadOnlyDictionary<string, double> OfCodes { get; init; } = new Dictionary<string, double>();

    /// <summary>Mean squared error of an element, on the validation set.</summary>
    public required double SquaredError { get; init; }

    /// <summary>Units whose mean varies over the validation set.</summary>
    public required int ActiveUnits { get; init; }

    /// <summary>Number of latent units.</summary>
    public required int Latent { get; init; }

    /// <summary>Training examples per second in the last epoch.</summary>
    public required double SamplesPerSecond { get; init; }

    /// <summary>Seconds of training.</summary>
    public required double Seconds { get; init; }

    /// <summary>The prior that was fitted to the codes, whose draws the samples are; empty where they follow the model's own.</summary>
    public string Fitted { get; init; } = "";

    /// <summary>Whether there is a picture.</summary>
    public required bool IsDrawn { get; init; }
}

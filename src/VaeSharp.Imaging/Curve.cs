namespace VaeSharp.Imaging;

/// <summary>One term of a loss, epoch by epoch.</summary>
/// <param name="Name">The term's name, as logs give it.</param>
/// <param name="Epochs">Epochs, ascending.</param>
/// <param name="Train">The training value of each; not a number where there is none.</param>
/// <param name="Validation">The validation value of each; not a number where there is none, null where there are none at all.</param>
public sealed record Curve(string Name, double[] Epochs, double[] Train, double[]? Validation = null)
{
    /// <summary>The unit that the vertical axis names; null where there is none.</summary>
    public string? Unit { get; init; } = "nats";
}

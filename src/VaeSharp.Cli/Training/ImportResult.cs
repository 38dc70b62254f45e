namespace VaeSharp.Cli.Training;

/// <summary>What became of weights from a file.</summary>
/// <param name="Folder">The run's folder.</param>
/// <param name="Weights">The file.</param>
/// <param name="IsTest">Whether the loss is that of the test set, and not of other data.</param>
/// <param name="Loss">The negative evidence lower bound, in nats per example.</param>
/// <param name="Constant">What it has beside errors and divergences.</param>
internal sealed record ImportResult(string Folder, string Weights, bool IsTest, double Loss, double Constant);

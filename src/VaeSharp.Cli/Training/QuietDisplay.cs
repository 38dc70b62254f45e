using VaeSharp.Training;

namespace VaeSharp.Cli.Training;

/// <summary>The run's folder, and nothing else: <c>RUN=$(vae train --quiet)</c>.</summary>
internal sealed class QuietDisplay(Terminal terminal) : TrainingDisplay
{
    public override void Cancelled(TrainingResult result, Experiment experiment, string resume) =>
        terminal.Error.WriteLine($"Stopped. Go on with: {resume}");

    public override void Imported(ImportResult result, IReadOnlyList<string> files, IEnumerable<string> next) =>
        terminal.Line(result.Folder);

    public override void End(TrainingResult result, EpochMetrics? kept, IReadOnlyList<string> files, IEnumerable<string> next) =>
        terminal.Line(result.Folder);
}

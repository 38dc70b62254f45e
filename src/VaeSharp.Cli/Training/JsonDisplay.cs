using System.Text.Json;
using System.Text.Json.Nodes;
using VaeSharp.Cli.Drafts;
using VaeSharp.Training;

namespace VaeSharp.Cli.Training;

/// <summary>An object for each epoch, and one for the end.</summary>
internal sealed class JsonDisplay(Terminal terminal) : TrainingDisplay
{
    public override void Training(TrainingReport report)
    {
        if (!report.EpochEnded)
            return;
        Write(new JsonObject
        {
            ["event"] = "epoch",
            ["what"] = report.What,
            ["epoch"] = report.Epoch,
            ["epochs"] = report.Epochs,
            ["step"] = report.Step,
            ["best"] = report.IsBest,
            ["train"] = Terms(report.Train),
            ["validation"] = report.Validation is { } validation ? Terms(validation) : null,
            ["samplesPerSecond"] = Math.Round(report.SamplesPerSecond),
            ["secondsLeft"] = Math.Round(report.Left.TotalSeconds, 1),
        });
    }

    public override void Cancelled(TrainingResult result, Experiment experiment, string resume) => Write(Result(result, [], [resume]));

    public override void Imported(ImportResult result, IReadOnlyList<string> files, IEnumerable<string> next) =>
        Write(new JsonObject
        {
            ["event"] = "imported",
            ["folder"] = result.Folder,
            ["weights"] = result.Weights,
            ["loss"] = Number(result.Loss),
            ["lossWithoutConstant"] = Number(result.Loss - result.Constant),
            ["files"] = List(files),
            ["next"] = List(next),
        });

    public override void End(TrainingResult result, EpochMetrics? kept, IReadOnlyList<string> files, IEnumerable<string> next) =>
        Write(Result(result, files, next));

    private static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    private static JsonObject Result(TrainingResult result, IEnumerable<string> files, IEnumerable<string> next) => new()
    {
        ["event"] = "end",
        ["folder"] = result.Folder,
        ["end"] = JsonNamingPolicy.KebabCaseLower.ConvertName(result.End.ToString()),
        ["epochs"] = result.Epochs,
        ["keptEpoch"] = result.KeptEpoch,
        ["keptLoss"] = result.KeptEpoch > 0 ? Number(result.KeptLoss) : null,
        ["seconds"] = Math.Round(result.Seconds, 3),
        ["files"] = List(files),
        ["next"] = List(next),
    };

    private static JsonObject Terms(IReadOnlyDictionary<string, double> terms) =>
        new(terms.Select(term => KeyValuePair.Create(term.Key, Number(term.Value))));

    private static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    private void Write(JsonObject json) => terminal.Line(Json.Compact(json));
}

using System.Text.Json;
using System.Text.Json.Nodes;

namespace VaeSharp.Training;

/// <summary>One line of numbers for each epoch: as JSON in <c>metrics.jsonl</c>, and as TensorBoard events beside it.</summary>
internal sealed class MetricsLog : IDisposable
{
    private readonly RunFolder folder;
    private readonly TorchSharp.Modules.SummaryWriter events;

    /// <summary>Continues the log of a run behind some epochs. Lines of later epochs, which are trained again, are dropped.</summary>
    public MetricsLog(RunFolder folder, int epochs)
    {
        this.folder = folder;
        var kept = MetricsFile.Read(folder.Path).Where(line => line.Epoch <= epochs).Select(line => line.Json.ToJsonString() + "\n");
        folder.Write(MetricsFile.Name, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(string.Concat(kept))));
        events = utils.tensorboard.SummaryWriter(folder.File("tensorboard"), "", false);
    }

    /// <summary>Adds an epoch.</summary>
    public void Add(TrainingReport report, double learningRateFactor, double seconds)
    {
        var json = new JsonObject
        {
            ["epoch"] = report.Epoch,
            ["step"] = report.Step,
            ["seconds"] = Math.Round(seconds, 3),
            ["samplesPerSecond"] = Math.Round(report.SamplesPerSecond),
            ["learningRateFactor"] = learningRateFactor,
            ["best"] = report.IsBest,
            ["train"] = Terms(report.Train),
            ["validation"] = report.Validation is { } validation ? Terms(validation) : null,
        };
        File.AppendAllText(folder.File(MetricsFile.Name), json.ToJsonString() + "\n");
        foreach (var (split, terms) in new[] { ("train", report.Train), ("validation", report.Validation) })
        {
            foreach (var (name, value) in terms ?? new Dictionary<string, double>())
                events.add_scalar($"{name}/{split}", (float)value, (int)report.Step);
        }
    }

    public void Dispose()
    {
        (events as IDisposable)?.Dispose();
    }

    private static JsonObject Terms(IReadOnlyDictionary<string, double> terms) =>
        new(terms.Select(term => KeyValuePair.Create(term.Key,
            (JsonNode?)(double.IsFinite(term.Value) ? JsonValue.Create(term.Value) : null))));
}

/// <summary>The numbers of a run's epochs, as its folder keeps them.</summary>
public static class MetricsFile
{
    /// <summary>The file's name.</summary>
    public const string Name = "metrics.jsonl";

    /// <summary>Reads a run's epochs. A last line that was torn by a killed process is left out; without a file there are none.</summary>
    public static IReadOnlyList<EpochMetrics> Read(string run)
    {
        var path = Path.Combine(run, Name);
        return File.Exists(path) ? [.. File.ReadLines(path).Select(Parse).OfType<EpochMetrics>()] : [];
    }

    private static EpochMetrics? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) is JsonObject json && json["epoch"] is JsonValue epoch && epoch.TryGetValue<int>(out var number)
                ? new EpochMetrics(number, Terms(json["train"]), Terms(json["validation"]), json)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Dictionary<string, double> Terms(JsonNode? json) => (json as JsonObject ?? [])
        .ToDictionary(term => term.Key,
            term => term.Value is JsonValue value && value.TryGetValue<double>(out var number) ? number : double.NaN);
}

/// <summary>The numbers of one epoch.</summary>
/// <param name="Epoch">The epoch, counted from 1.</param>
/// <param name="Train">Means of the training terms, in nats per example.</param>
/// <param name="Validation">Terms over the validation data; empty where there are none.</param>
/// <param name="Json">The whole line.</param>
public sealed record EpochMetrics(
    int Epoch, IReadOnlyDictionary<string, double> Train, IReadOnlyDictionary<string, double> Validation, JsonObject Json);

using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using VaeSharp.Data;
using VaeSharp.Models;
using VaeSharp.Specs;

namespace VaeSharp.Training;

/// <summary>What is written down about a run for people: where it was trained, and what came of it.</summary>
internal static class RunRecord
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes <c>environment.json</c>.</summary>
    public static void WriteEnvironment(RunFolder folder, TrainingSession session, Experiment experiment, Dataset train, string fingerprint)
    {
        var json = Machine();
        json["device"] = session.Device.ToString();
        json["precision"] = ComputeResources.UsesReducedPrecision(experiment.Training.Precision, session.Device) ? "bf16" : "fp32";
        json["data"] = new JsonObject { ["name"] = train.Name, ["examples"] = train.Count, ["sha256"] = fingerprint };
        Write(folder, json);
    }

    /// <summary>Writes <c>environment.json</c> of imported weights.</summary>
    public static void WriteEnvironment(RunFolder folder, JsonObject imported)
    {
        var json = Machine();
        json["imported"] = imported;
        Write(folder, json);
    }

    private static JsonObject Machine() => new()
    {
        ["vaeSharp"] = typeof(RunRecord).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
        ["torchSharp"] = typeof(torch).Assembly.GetName().Version?.ToString(3),
        ["runtime"] = RuntimeInformation.FrameworkDescription,
        ["system"] = $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}",
        ["processor"] = ProcessorName(),
        ["cores"] = Environment.ProcessorCount,
        ["threads"] = get_num_threads(),
    };

    private static void Write(RunFolder folder, JsonObject environment) =>
        folder.Write("environment.json", stream => stream.Write(JsonSerializer.SerializeToUtf8Bytes(environment, Readable)));

    /// <summary>Writes <c>summary.txt</c> of imported weights.</summary>
    public static void WriteSummary(RunFolder folder, Experiment experiment, Autoencoder model, string imported) =>
        Write(folder, Begin(experiment, model).AppendLine($"\nWeights of '{imported}', trained elsewhere."));

    /// <summary>Writes <c>summary.txt</c>.</summary>
    public static void WriteSummary(RunFolder folder, Experiment experiment, Autoencoder model, TrainingResult result)
    {
        var text = Begin(experiment, model);
        text.AppendLine(CultureInfo.InvariantCulture, $"\n{result.Epochs} epochs in {result.Seconds:F1} s; {result.End switch
        {
            TrainingEnd.Completed => "all epochs done",
            TrainingEnd.StoodStill => "ended early: the validation loss stood still",
            _ => "cancelled; can be resumed",
        }}.");
        if (result.KeptEpoch > 0)
            text.AppendLine($"Weights of epoch {result.KeptEpoch}, loss {result.KeptLoss:F2} nats per example.");
        var kept = MetricsFile.Read(folder.Path).FirstOrDefault(epoch => epoch.Epoch == result.KeptEpoch);
        var terms = kept is { Validation.Count: > 0 } ? kept.Validation : kept?.Train;
        foreach (var (name, value) in terms ?? new Dictionary<string, double>())
            text.AppendLine(CultureInfo.InvariantCulture, $"  {name,-20} {value,10:F2}");
        Write(folder, text);
    }

    private static StringBuilder Begin(Experiment experiment, Autoencoder model)
    {
        var text = new StringBuilder($"{experiment.Name} on {Catalogue.Of(experiment.Data).Name}, seed {experiment.Seed}\n\n");
        foreach (var line in Describe(experiment, model))
            text.AppendLine(line);
        return text;
    }

    private static void Write(RunFolder folder, StringBuilder summary) =>
        folder.Write("summary.txt", stream => stream.Write(Encoding.UTF8.GetBytes(summary.ToString())));

    /// <summary>The model in lines: a choice each, and its parameters.</summary>
    public static IEnumerable<string> Describe(Experiment experiment, Autoencoder model)
    {
        foreach (var property in SpecProperties.Of(experiment.Model.GetType()))
            yield return $"{property.FlagName(),-12} {SpecWriter.ToText(property.GetValue(experiment.Model))}";
        yield return $"{"data",-12} {model.Data.ShapeText}";
        var (inference, generation) = (Count(model, Side.Inference), Count(model, Side.Generation));
        yield return $"{"parameters",-12} {inference + generation:N0} = {inference:N0} (encoder) + {generation:N0} (decoder)";
    }

    /// <summary>A checksum over every value and label, in order.</summary>
    public static string Fingerprint(Dataset data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{data.Spec.ShapeText}|{data.Spec.Low}|{data.Spec.High}|{data.Count}"));
        const int Piece = 1024;
        var size = checked((int)data.Spec.Size);
        var (bytes, floats) = (data.IsBytes ? new byte[Piece * size] : [], data.IsBytes ? [] : new float[Piece * size]);
        var (all, rows) = (new int[Piece], new int[Piece]);
        for (var from = 0; from < data.Count; from += Piece)
        {
            var indices = all.AsSpan(0, Math.Min(Piece, data.Count - from));
            for (var i = 0; i < indices.Length; i++)
                (indices[i], rows[i]) = (from + i, data.Label(from + i));
            if (data.IsBytes)
                data.CopyTo(indices, bytes);
            else
                data.CopyTo(indices, floats);
            hash.AppendData(data.IsBytes
                ? bytes.AsSpan(0, indices.Length * size)
                : MemoryMarshal.AsBytes(floats.AsSpan(0, indices.Length * size)));
            hash.AppendData(MemoryMarshal.AsBytes(rows.AsSpan(0, indices.Length)));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static long Count(Autoencoder model, Side side) =>
        model.Side(side).SelectMany(part => part.parameters()).Sum(parameter => parameter.numel());

    private static string ProcessorName()
    {
        const string Linux = "/proc/cpuinfo";
        var line = File.Exists(Linux)
            ? File.ReadLines(Linux).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?.Split(':')[^1].Trim()
            ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}

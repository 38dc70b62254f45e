using System.Globalization;
using System.Text.Json;

namespace VaeSharp.Benchmarks;

/// <summary>What a worker measured: a line of JSON on its standard output.</summary>
internal sealed record Measurement
{
    private static readonly JsonSerializerOptions Names = new(JsonSerializerDefaults.Web);

    /// <summary>Examples per second, of one stretch of time after the other.</summary>
    public required IReadOnlyList<double> Rates { get; init; }

    /// <summary>The most memory that the process had at a time, in MiB.</summary>
    public double Peak { get; init; }

    /// <summary>What did it: <c>PyTorch 1.13</c>.</summary>
    public string Version { get; init; } = "";

    /// <summary>How it was done.</summary>
    public string Variant { get; init; } = "default";

    /// <summary>Mean loss of the test set, in nats; null where none was asked for.</summary>
    public double? Loss { get; init; }

    /// <summary>Kilobytes that the garbage collector's heap gave out for a step; null where there is no such heap.</summary>
    public double? Allocated { get; init; }

    /// <summary>The longest pause for the garbage collector, in milliseconds; null where there is none.</summary>
    public double? Pause { get; init; }

    /// <summary>Number of such pauses in a thousand steps; null where there is no such heap.</summary>
    public double? Pauses { get; init; }

    /// <summary>The measurement as a line.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, Names);

    /// <summary>Reads what <see cref="ToLine"/> wrote, or a worker in another language.</summary>
    public static Measurement FromLine(string line) => JsonSerializer.Deserialize<Measurement>(line, Names)!;

    /// <summary>The most memory that this process had at a time, in MiB.</summary>
    public static double OwnPeak()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        var line = OperatingSystem.IsLinux() ? File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("VmHWM")) : null;
        return line is null
            ? process.PeakWorkingSet64 / (double)(1 << 20)
            : double.Parse(line.Split(' ', '\t', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}

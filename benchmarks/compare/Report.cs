using System.Globalization;
using System.Runtime.InteropServices;

namespace VaeSharp.Benchmarks;

/// <summary>Writes results as tables in Markdown.</summary>
internal static class Report
{
    private const double BusyLoad = 0.8;

    /// <summary>The processor, and which of its abilities count.</summary>
    public static void Machine(int threads)
    {
        const string Path = "/proc/cpuinfo";
        var info = File.Exists(Path) ? File.ReadLines(Path).TakeWhile(line => line.Length > 0).ToList() : [];
        string Of(string key) => info.FirstOrDefault(line => line.StartsWith(key))?.Split(':', 2)[1].Trim() ?? "";
        var flags = Of("flags").Split(' ').Intersect(["avx2", "avx512f", "avx512_bf16", "amx_bf16"]);
        var name = info.Count == 0 ? $"{RuntimeInformation.ProcessArchitecture}"
            : $"{Of("model name")} (family {Of("cpu family")}, model {Of("model\t")})";
        Console.WriteLine($"Processor: {name}; {string.Join(", ", flags)}; {Environment.ProcessorCount} cores, {threads} threads.");
        if (!flags.Any(flag => flag.EndsWith("bf16")))
            Console.WriteLine("It does not multiply bfloat16 in hardware: 'auto' is fp32 here.");
        const string Load = "/proc/loadavg";
        if (File.Exists(Load) && File.ReadAllText(Load).Split(' ')[0] is var load && double.Parse(load, CultureInfo.InvariantCulture) > BusyLoad)
            Console.WriteLine($"It was busy in the last minute (load {load}): on a machine that does other things, threads that spin are slow.");
        Console.WriteLine();
    }

    /// <summary>A row for each side. Ratios are of a side's median to that of each of some others.</summary>
    public static void Sides(string title, IReadOnlyList<Result> results, IReadOnlyList<Side> against)
    {
        Console.WriteLine($"### {title}");
        Console.WriteLine();
        var others = against.Select(side => results.First(result => result.Side.Name == side.Name)).ToList();
        Head(["", "samples/s", "±", .. against.Select(side => $"× {side.Name}"), "MiB", "how"]);
        foreach (var result in results)
        {
            var ratios = others.Select(other => $"{result.Rate / other.Rate:F2}");
            Row([result.Side.Name, $"{result.Rate:N0}", $"{result.Spread:P0}", .. ratios, $"{result.Peak:N0}", How(result)]);
        }
        Console.WriteLine();
    }

    private static string How(Result result)
    {
        var last = result.Rounds[^1];
        var (allocated, pause) = (result.Rounds.Max(round => round.Allocated), result.Rounds.Max(round => round.Pause));
        var collector = allocated is null ? "" : $"; {allocated:F0} KB a step, pauses to {pause:F1} ms";
        return $"{last.Version}; {last.Variant}{collector}";
    }

    /// <summary>The head of a table: the first column is text, the others are numbers.</summary>
    public static void Head(params string[] cells)
    {
        Row(cells);
        Row([.. cells.Select((_, i) => i == 0 || i == cells.Length - 1 && cells[i] == "how" ? "---" : "---:")]);
    }

    /// <summary>A row of a table.</summary>
    public static void Row(params string[] cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");
}

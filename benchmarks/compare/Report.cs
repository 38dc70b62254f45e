using System.Globalization;
using System.Runtime.InteropServices;
using VaeSharp.Training;

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
        var reduced = ComputeResources.UsesReducedPrecision(Precision.Auto, ComputeResources.DeviceOf("cpu"));
        Console.WriteLine($"Products in 'auto' are in {(reduced ? "bf16" : "fp32")} here, where a recipe does not say otherwise.");
        const string LoadPath = "/proc/loadavg";
        var load = File.Exists(LoadPath) ? File.ReadAllText(LoadPath).Split(' ')[0] : "0";
        if (double.Parse(load, CultureInfo.InvariantCulture) > BusyLoad)
        {
            Console.Write($"It was busy in the last minute (load {load}): ");
            Console.WriteLine("on a machine that does other things, threads that spin are slow.");
        }
        Console.WriteLine();
    }

    /// <summary>
    /// A row for each side; of those of one library the fastest is marked. Ratios are to some of them, round by round.
    /// </summary>
    public static void Sides(string title, IReadOnlyList<Result> results, IReadOnlyList<Side> against)
    {
        Console.WriteLine($"### {title}");
        Console.WriteLine();
        var others = against.Select(side => results.First(result => result.Side.Name == side.Name)).ToList();
        Head(["", "samples/s", "±", .. against.Select(side => $"× {side.Name}"), "MiB", "how"]);
        foreach (var result in results)
        {
            var ratios = others.Select(result.Over);
            var family = results.Where(each => each.Side.Family == result.Side.Family).ToList();
            var best = family.Count > 1 && family.MaxBy(each => each.Rate) == result;
            var name = best ? $"**{result.Side.Name}** (fastest {result.Side.Family})" : result.Side.Name;
            Row([name, $"{result.Rate:N0}", $"{result.Spread:P0}", .. ratios, $"{result.Peak:N0}", How(result)]);
        }
        Console.WriteLine();
    }

    private static string How(Result result)
    {
        var last = result.Rounds[^1];
        var (allocated, pause) = (result.Rounds.Max(round => round.Allocated), result.Rounds.Max(round => round.Pause));
        var pauses = result.Rounds.Max(round => round.Pauses);
        var collector = allocated is null ? "" : $"; {allocated:F0} KB a step, {pauses:F0} pauses in 1,000 steps, to {pause:F1} ms";
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

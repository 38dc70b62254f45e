using System.Diagnostics;
using System.Text.Json.Nodes;

namespace VaeSharp.Benchmarks;

/// <summary>How long <c>vae train</c> takes from its start to its first step.</summary>
internal static class Start
{
    private const int BatchSize = 128;

    /// <summary>Measures and prints.</summary>
    /// <exception cref="IOException">The command fails.</exception>
    public static void Run(Options options, string temporary)
    {
        var vae = Sides.Beside("VaeSharp.Cli", "vae");
        // The first one warms the file cache, and has digits drawn if they are not kept yet.
        Once("run", cache: null);
        Print("digits kept from an earlier run", round => Once($"run-{round}", cache: null));
        if (OperatingSystem.IsLinux())
        {
            // The user's cache is elsewhere, and empty.
            Print("digits not drawn yet", round => Once($"first-{round}", Path.Combine(temporary, $"cache-{round}")));
        }

        double Once(string name, string? cache) => Measure(vae, Path.Combine(temporary, name), options.Threads, cache);

        void Print(string what, Func<int, double> measure)
        {
            double[] all = [.. Enumerable.Range(0, options.Rounds).Select(measure).Order()];
            Console.Write($"From the start of 'vae train' on digits to the start of its first step, {what}: {all[all.Length / 2]:F2} s ");
            Console.WriteLine($"(from {all[0]:F2} to {all[^1]:F2}).");
        }
    }

    // The first line is that of the first epoch's end, and says how fast the epoch was: so long before the line the first step began.
    private static double Measure(string vae, string folder, int threads, string? cache)
    {
        var clock = Stopwatch.StartNew();
        string[] arguments =
            ["train", "--out", folder, "--json", "--threads", $"{threads}", "--batch-size", $"{BatchSize}", "--validation", "none"];
        var start = new ProcessStartInfo(vae, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (cache is not null)
            start.Environment["XDG_CACHE_HOME"] = cache;
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync();
            if (process.StandardOutput.ReadLine() is not { } line)
                throw new IOException($"'vae train' failed: {errors.Result.Trim()}");
            var (end, epoch) = (clock.Elapsed.TotalSeconds, JsonNode.Parse(line)!);
            return end - (double)epoch["step"]! * BatchSize / (double)epoch["samplesPerSecond"]!;
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }
}

using System.Diagnostics;

namespace VaeSharp.Benchmarks;

/// <summary>One of those that are compared, and how its worker is started.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Command">The program and its first arguments.</param>
/// <param name="Variant">How it does its jobs.</param>
/// <param name="KeepsMemory">Whether the C library is told to keep freed memory, as users of PyTorch do by another allocator.</param>
internal sealed record Side(string Name, IReadOnlyList<string> Command, string Variant = "default", bool KeepsMemory = false)
{
    /// <summary>Does a job in a process of its own.</summary>
    /// <exception cref="IOException">The process failed; the message is its own.</exception>
    public Measurement Measure(Job job)
    {
        var start = new ProcessStartInfo(Command[0], [.. Command.Skip(1), .. (job with { Variant = Variant }).Arguments()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (KeepsMemory)
        {
            start.Environment["MALLOC_MMAP_THRESHOLD_"] = $"{32 << 20}";
            start.Environment["MALLOC_TRIM_THRESHOLD_"] = $"{int.MaxValue}";
        }
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return process.ExitCode == 0 && lines.Length > 0
            ? Measurement.FromLine(lines[^1])
            : throw new IOException($"{Name} failed at {job.Kind} of {job.Recipe}: {Last(errors.Result)}");
    }

    private static string Last(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries) is [.., var last] ? last : "it said nothing";
}

using System.Diagnostics;
using System.Runtime.Intrinsics.X86;

namespace VaeSharp.Benchmarks;

/// <summary>One of those that are compared, and how its worker is started.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Command">The program and its first arguments.</param>
/// <param name="Variant">How it does its jobs.</param>
/// <param name="IsSetUp">Whether its environment is set as those set it who have looked into what slows them down.</param>
internal sealed record Side(string Name, IReadOnlyList<string> Command, string Variant = "default", bool IsSetUp = false)
{
    /// <summary>Whose it is: PyTorch's, say, of which there are several.</summary>
    public string Family => Name.Split(',')[0];

    /// <summary>Does a job in a process of its own.</summary>
    /// <exception cref="IOException">The process failed; the message is its own.</exception>
    public Measurement Measure(Job job)
    {
        var start = new ProcessStartInfo(Command[0], [.. Command.Skip(1), .. (job with { Variant = Variant }).Arguments()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (IsSetUp)
        {
            foreach (var (name, value) in Settings())
                start.Environment[name] = value;
        }
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return process.ExitCode == 0 && lines.Length > 0
            ? Measurement.FromLine(lines[^1])
            : throw new IOException($"{Name} failed at {job.Kind} of {job.Recipe}: {Last(errors.Result)}");
    }

    /// <summary>
    /// The C library keeps freed memory, as another allocator would. OpenBLAS takes processors that it does not know for older ones
    /// without AVX-512: it is told.
    /// </summary>
    private static IEnumerable<(string Name, string Value)> Settings()
    {
        yield return ("MALLOC_MMAP_THRESHOLD_", $"{32 << 20}");
        yield return ("MALLOC_TRIM_THRESHOLD_", $"{int.MaxValue}");
        if (Avx512F.IsSupported)
            yield return ("OPENBLAS_CORETYPE", (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0 ? "Cooperlake" : "SkylakeX");
    }

    private static string Last(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries) is [.., var last] ? last : "it said nothing";
}

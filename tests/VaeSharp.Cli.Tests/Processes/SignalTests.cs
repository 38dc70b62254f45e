using System.Diagnostics;
using VaeSharp.Cli.Tests.Support;
using VaeSharp.Training;

namespace VaeSharp.Cli.Tests.Processes;

/// <summary>The built command, as a process of its own that is interrupted and killed.</summary>
public class SignalTests
{
    private static readonly string[] Long =
        ["--limit", "4096", "--batch-size", "16", "--hidden", "16", "--threads", "1", "--precision", "fp32"];

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void Interrupting_saves_and_says_how_to_go_on(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no way to send Ctrl-C to one process.");
        Assert.SkipWhen(signal == "INT" && IgnoresInterrupts(), "This shell's background jobs, and so the command, ignore Ctrl-C.");
        using var folder = new TemporaryFolder();
        using var process = Start(["train", .. Long, "--epochs", "100000", "--out", folder["run"]]);
        using var limit = new Timer(_ => process.Kill(), null, TimeSpan.FromMinutes(2), Timeout.InfiniteTimeSpan);
        AwaitLine(process, "epoch ");
        using (var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]))
            kill.WaitForExit();
        var rest = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(130, process.ExitCode);
        Assert.Contains($"train --resume {folder["run"]}", rest);
        var done = MetricsFile.Read(folder["run"]).Count;
        Assert.Equal(0, Vae.Run("train", "--resume", folder["run"], "--epochs", $"{done}", "--quiet").Code);
    }

    [Fact]
    public void A_killed_training_goes_on_to_the_same_weights()
    {
        using var folder = new TemporaryFolder();
        string[] arguments = ["train", .. Long, "--epochs", "4"];
        using (var process = Start([.. arguments, "--out", folder["killed"]]))
        {
            AwaitLine(process, "epoch 1/4");
            AwaitFile(process, Path.Combine(folder["killed"], "checkpoint.safetensors"));
            process.Kill();
            process.WaitForExit();
        }
        var first = FirstEpoch();
        Assert.Equal(0, Vae.Run("train", "--resume", folder["killed"], "--quiet").Code);
        Assert.Contains("\"seconds\":", first);
        Assert.Equal(first, FirstEpoch());                                // and was not trained again
        Assert.Equal(0, Vae.Run([.. arguments, "--out", folder["whole"], "--quiet"]).Code);
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder["whole"], "weights.safetensors")),
            File.ReadAllBytes(Path.Combine(folder["killed"], "weights.safetensors")));

        string FirstEpoch() => File.ReadLines(Path.Combine(folder["killed"], "metrics.jsonl")).First();
    }

    [Fact]
    public void Help_and_lists_do_not_wait_for_libtorch()
    {
        using var process = Start(["list"]);
        var clock = Stopwatch.StartNew();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"'vae list' took {clock.Elapsed}.");
    }

    // What a process ignores, its children ignore too. SIGINT is 2, the second bit.
    private static bool IgnoresInterrupts()
    {
        const string Status = "/proc/self/status";
        var ignored = File.Exists(Status)
            ? File.ReadLines(Status).FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))
            : null;
        return ignored is not null && (Convert.ToUInt64(ignored.Split('\t')[1], 16) & 2) != 0;
    }

    private static Process Start(string[] arguments)
    {
        var command = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "vae.exe" : "vae");
        return Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true })!;
    }

    private static void AwaitFile(Process process, string path)
    {
        while (!File.Exists(path))
        {
            Assert.False(process.WaitForExit(TimeSpan.FromMilliseconds(10)), $"The command ended without '{path}'.");
        }
    }

    private static void AwaitLine(Process process, string start)
    {
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith(start, StringComparison.Ordinal))
                return;
        }
        Assert.Fail($"The command ended without a line that begins with '{start}'.");
    }
}

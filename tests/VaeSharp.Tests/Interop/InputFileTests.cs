using System.ComponentModel;
using System.Diagnostics;
using VaeSharp.Interop;

namespace VaeSharp.Tests.Interop;

/// <summary>Only regular files are read; nothing else makes a reader wait or run into what it cannot do.</summary>
public sealed class InputFileTests : IDisposable
{
    private readonly Scratch files = new();

    [Fact]
    public async Task A_pipe_that_nobody_writes_to_is_refused_at_once()
    {
        Assert.SkipUnless(MakePipe(files["pipe"]), "No mkfifo is here.");
        File.CreateSymbolicLink(files["link.keras"], files["pipe"]);
        foreach (var name in new[] { "pipe", "link.keras" })
        {
            // The reader would wait without an end, not run long: half a minute is for a busy machine.
            var reading = Task.Run(
                () => Assert.Throws<IOException>(() => InputFile.Open(files[name])), TestContext.Current.CancellationToken);
            var error = await reading.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            Assert.StartsWith($"'{files[name]}' is no regular file", error.Message);
        }
        Assert.Throws<IOException>(() => KerasWeights.IsKeras(files["pipe"]));
        Assert.Throws<IOException>(() => NpzFile.Open(files["pipe"]));
    }

    [Theory, InlineData("/dev/zero"), InlineData("/dev/null"), InlineData("/dev/tty")]
    public void A_device_is_refused(string path)
    {
        Assert.SkipUnless(File.Exists(path), $"No {path} is here.");
        Assert.Contains("no regular file", Assert.Throws<IOException>(() => InputFile.Open(path)).Message);
    }

    [Fact]
    public void A_pipe_without_a_name_is_refused()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self/fd"), "Pipes have no paths here.");
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.In);
        var path = $"/proc/self/fd/{pipe.SafePipeHandle.DangerousGetHandle()}";
        Assert.Contains("no regular file", Assert.Throws<IOException>(() => InputFile.Open(path)).Message);
    }

    [Fact]
    public void Files_links_and_what_is_empty_are_opened()
    {
        File.CreateSymbolicLink(files["link"], files.Write("file", 7));
        File.CreateSymbolicLink(files["to empty"], files.Write("empty"));
        foreach (var (name, length) in new[] { ("file", 1), ("link", 1), ("empty", 0), ("to empty", 0) })
        {
            using var stream = InputFile.Open(files[name]);
            Assert.Equal(length, stream.Length);
        }
        Assert.Throws<FileNotFoundException>(() => InputFile.Open(files["none"]));
        Assert.Contains("is a folder", Assert.Throws<IOException>(() => InputFile.Open(files.Folder)).Message);
    }

    public void Dispose() => files.Dispose();

    private static bool MakePipe(string path)
    {
        try
        {
            using var process = Process.Start("mkfifo", [path]);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}

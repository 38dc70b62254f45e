using System.Diagnostics;

namespace VaeSharp.Cli.Tests.Processes;

public class InvocationTests
{
    [Theory]
    [InlineData("runs/vae-digits-1")]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("a b$(id)`id`")]
    [InlineData("Ada's \"run\"; !! \\ * ~")]
    public void A_quoted_word_leaves_the_shell_as_it_was(string word)
    {
        if (OperatingSystem.IsWindows())
            return;                                                       // its shells do not agree on quotes
        using var shell = Process.Start(
            new ProcessStartInfo("sh", ["-c", $"printf %s {Invocation.Quote(word)}"]) { RedirectStandardOutput = true })!;
        Assert.Equal(word, shell.StandardOutput.ReadToEnd());
        shell.WaitForExit();
    }
}

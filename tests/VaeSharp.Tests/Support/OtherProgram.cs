using System.Diagnostics;

namespace VaeSharp.Tests.Support;

/// <summary>This program again, for what must not happen in it, or for another processor.</summary>
internal static class OtherProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Runs one test, which must pass, with variables of the environment that it would be skipped without.</summary>
    public static async Task RunAsync(Type type, string method, params IEnumerable<(string Name, string Value)> variables)
    {
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(typeof(OtherProgram).Assembly.Location);
        foreach (var argument in (string[])["-noColor", "-method", $"{type.FullName}.{method}"])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        // A runner whose process an exception ends may stay and wait.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None),
            process.StandardError.ReadToEndAsync(CancellationToken.None));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"It did not end: {await output}{await errors}");
        }
        Assert.True(process.ExitCode == 0, await output + await errors);
        Assert.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", await output);
    }
}

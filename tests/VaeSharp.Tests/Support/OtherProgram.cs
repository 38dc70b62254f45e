using System.Diagnostics;

namespace VaeSharp.Tests.Support;

/// <summary>This program again, for what must not happen in it, or for another processor.</summary>
internal static class OtherProgram
{
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
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output + await errors);
        Assert.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", output);
    }
}

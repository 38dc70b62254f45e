namespace VaeSharp.Cli.Tests.Support;

/// <summary>What the command did.</summary>
internal sealed record Outcome(int Code, string Out, string Error)
{
    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Runs the command in this process.</summary>
internal static class Vae
{
    /// <summary>Training that takes about a second.</summary>
    public static readonly string[] Tiny = TinyFor(epochs: 2);

    public static string[] TinyFor(int epochs) =>
        ["--limit", "512", "--epochs", $"{epochs}", "--hidden", "16", "--threads", "1", "--precision", "fp32"];

    public static Outcome Run(params string[] arguments) => Run(default(CancellationToken), arguments);

    public static Outcome Run(CancellationToken cancellation, params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = CommandLine.Run(arguments, new Terminal(output, error, live: false, cancellation));
        return new Outcome(code, output.ToString(), error.ToString().Replace("\r", ""));
    }

    /// <summary>Runs something that must fail with one line, and gives that.</summary>
    public static string Refusal(int code, params string[] arguments)
    {
        var outcome = Run(arguments);
        Assert.Equal(code, outcome.Code);
        Assert.Equal("", outcome.Out);
        Assert.DoesNotContain("Unexpected", outcome.Error);
        Assert.DoesNotContain("(Parameter", outcome.Error);
        return Assert.Single(outcome.ErrorLines);
    }
}

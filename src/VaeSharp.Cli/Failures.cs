using VaeSharp.Specs;
using VaeSharp.Training;

namespace VaeSharp.Cli;

/// <summary>Says what went wrong in a line, and gives the exit code for it.</summary>
internal static class Failures
{
    /// <summary>The environment variable that asks for the place in the program where a failure came from.</summary>
    public const string Debug = "VAE_DEBUG";

    /// <summary>Reports a failure.</summary>
    public static int Report(Exception failure, Terminal terminal)
    {
        var (code, message) = Describe(failure);
        terminal.Error.WriteLine(message);
        if (Environment.GetEnvironmentVariable(Debug) is { Length: > 0 } and not "0")
            terminal.Error.WriteLine(failure);
        return code;
    }

    private static (int Code, string Message) Describe(Exception failure) => failure switch
    {
        CancelledException => (ExitCode.Cancelled, failure.Message),
        OperationCanceledException => (ExitCode.Cancelled, "Cancelled."),
        AggregateException { InnerExceptions: [var only] } => Describe(only),
        SpecException => (ExitCode.Usage, failure.Message),
        UsageException or ArgumentException => (ExitCode.Usage, ErrorText.Of(failure)),
        IOException or UnauthorizedAccessException or InvalidDataException or TrainingDivergedException or DllNotFoundException =>
            (ExitCode.Failure, failure.Message),
        _ => (ExitCode.Failure, $"Unexpected {failure.GetType().Name}: {FirstLine(failure)} Set {Debug}=1 to see where it came from."),
    };

    private static string FirstLine(Exception failure) => failure.Message.Split('\n')[0].Trim();
}

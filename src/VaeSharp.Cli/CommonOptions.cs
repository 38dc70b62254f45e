using System.CommandLine;
using System.Globalization;

namespace VaeSharp.Cli;

/// <summary>Options that mean the same with every verb.</summary>
internal static class CommonOptions
{
    public static Option<string> Text(string name, string value, string description, params string[] aliases) =>
        new(name, aliases) { HelpName = value, Description = description };

    public static Option<bool> Switch(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, Arity = ArgumentArity.Zero };

    public static Option<string> Out(string description) => Text("--out", "PATH", description, "-o");

    public static Option<string> DataFolder() => Text("--data-dir", "DIR",
        "A folder that holds the data's files already, or a sub-folder of their name. See also VAESHARP_DATA.");

    public static Option<bool> Quiet() => Switch("--quiet", "Write the run's folder when all is done, and nothing else.", "-q");

    public static Option<string> Device() => Text("--device", "NAME", "Where the model computes: cpu, cuda, cuda:1 …, or auto.");

    public static Option<string> Seed() => Text("--seed", "N", "Seed of everything random: the same seed gives the same result.");

    public static Option<string> Count(int normally) => Text("--count", "N", $"How many. By default {normally}.");

    public static Option<bool> Json() => Switch("--json", "Write JSON for programs, an object on each line.");

    public static Argument<string> Run() => new("RUN")
    {
        Description = "The folder of a run, as 'vae train' named it.",
        Arity = ArgumentArity.ExactlyOne,
    };

    /// <summary>The option as it was typed: <c>-d</c> or <c>--digit</c>.</summary>
    public static string Typed(this ParseResult given, Option option) => given.GetResult(option)?.IdentifierToken?.Value ?? option.Name;

    /// <summary>A whole number within bounds.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static int Whole(this ParseResult given, Option<string> option, int normally, int least = 1, int most = 1_000_000) =>
        given.GetValue(option) is not { } text ? normally
            : int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
            : throw new UsageException($"{given.Typed(option)}: must be a whole number from {least} to {most}, got '{text}'.");

    /// <summary>A number within bounds.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static double Number(this ParseResult given, Option<string> option, double normally, double least, double most) =>
        given.GetValue(option) is not { } text ? normally
            : double.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
            : throw new UsageException($"{given.Typed(option)}: must be a number from {least} to {most}, got '{text}'.");
}

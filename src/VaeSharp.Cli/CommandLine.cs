using System.CommandLine;
using VaeSharp.Cli.Drafts;
using VaeSharp.Cli.Verbs;

namespace VaeSharp.Cli;

/// <summary>From arguments to an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Runs the command.</summary>
    public static int Run(IReadOnlyList<string> arguments, Terminal terminal)
    {
        try
        {
            return RunUnguarded(arguments, terminal);
        }
        catch (Exception failure)
        {
            return Failures.Report(failure, terminal);
        }
    }

    private static int RunUnguarded(IReadOnlyList<string> arguments, Terminal terminal)
    {
        var root = new RootVerb();
        IReadOnlyList<PropertyFlag> flags = [];
        if (arguments is ["train", ..])
            (arguments, flags) = PropertyFlag.Divide(arguments, OptionNames(root, root.Train));
        var given = root.Parse(arguments, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        var verb = (Verb)given.CommandResult.Command;
        if (given.GetValue(root.Help))
        {
            HelpPage.Write(verb, terminal);
            return ExitCode.Success;
        }
        if (given.GetValue(root.Version))
        {
            terminal.Line($"vae {RootVerb.VersionText}");
            return ExitCode.Success;
        }
        var known = OptionNames(root, verb);
        var typed = arguments.Select(argument => argument.Split('=')[0]).Where(name => name.StartsWith("--", StringComparison.Ordinal));
        if (typed.FirstOrDefault(name => !known.Contains(name)) is { } strange)
            throw new UsageException(Unknown(root, verb, strange));
        if (given.UnmatchedTokens is [var first, ..])
            throw new UsageException(Unknown(root, verb, first));
        if (given.Errors.FirstOrDefault(error => verb.Subcommands.Count == 0) is { } wrong)
            throw new UsageException(Sentence(verb, wrong.Message));
        root.Train.Flags = flags;
        return verb.Run(given, terminal);
    }

    private static HashSet<string> OptionNames(RootVerb root, Verb verb) =>
        [.. root.Options.Concat(verb.Options).SelectMany(option => option.Aliases.Append(option.Name))];

    private static string Unknown(RootVerb root, Verb verb, string token)
    {
        var help = $"'{string.Join(' ', new[] { "vae", verb.Name }.Distinct())} --help' shows what there is.";
        if (token.StartsWith('-'))
            return Suggest($"There is no option '{token}' here.", token, OptionNames(root, verb), help);
        return verb.Subcommands.Count > 0
            ? Suggest($"There is no verb '{token}'.", token, verb.Subcommands.Select(sub => sub.Name), help)
            : $"'{token}' is one argument too many. {help}";
    }

    private static string Suggest(string problem, string typed, IEnumerable<string> names, string help) =>
        $"{problem} {(Specs.Suggestion.Nearest(typed, names) is { } near ? $"Did you mean '{near}'?" : help)}";

    private static string Sentence(Verb verb, string message) => message switch
    {
        _ when message.Contains("missing for command") => $"{verb.Arguments[0].Name} is missing. {verb.Arguments[0].Description}",
        _ when message.Contains("missing for option") && message.Split('\'') is [_, var option, _] => $"{option}: a value must follow.",
        _ => message,
    };
}

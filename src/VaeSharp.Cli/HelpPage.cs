using System.CommandLine;

namespace VaeSharp.Cli;

/// <summary>What <c>--help</c> says.</summary>
internal static class HelpPage
{
    private const int WidthOnPaper = 110;

    /// <summary>Writes the page of a verb.</summary>
    public static void Write(Verb verb, Terminal terminal)
    {
        terminal.Width = terminal.Width == 0 ? WidthOnPaper : terminal.Width;
        terminal.Paragraph(verb.Description!);
        terminal.Line();
        terminal.Heading("Usage");
        terminal.Line($"  {Usage(verb)}");
        Section(terminal, "Arguments", verb.Arguments.Select(argument => (argument.Name, argument.Description ?? "")));
        Section(terminal, "Verbs", verb.Subcommands.Where(sub => !sub.Hidden).Select(sub => (sub.Name, sub.Description ?? "")));
        foreach (var (title, options) in verb.Groups)
            Section(terminal, title, options.Select(option => (Label(option), option.Description ?? "")));
        foreach (var note in verb.Notes)
        {
            terminal.Line();
            terminal.Paragraph(note);
        }
        if (verb.Examples.Count == 0)
            return;
        terminal.Line();
        terminal.Heading("Examples");
        foreach (var (line, what) in verb.Examples)
        {
            terminal.Line($"  {line}");
            terminal.Paragraph(what, indent: 6);
        }
    }

    private static void Section(Terminal terminal, string title, IEnumerable<(string, string)> rows)
    {
        var list = rows.ToList();
        if (list.Count == 0)
            return;
        terminal.Line();
        terminal.Heading(title);
        terminal.Rows(list);
    }

    private static string Usage(Verb verb)
    {
        var words = Path(verb);
        var arguments = verb.Arguments.Select(argument => argument.Arity switch
        {
            { MinimumNumberOfValues: > 0 } => argument.Name,
            { MaximumNumberOfValues: > 1 } => $"[{argument.Name} …]",
            _ => $"[{argument.Name}]",
        });
        return string.Join(' ', words.Concat(arguments).Concat(verb.Subcommands.Count > 0 ? ["VERB"] : []).Append("[options]"));
    }

    private static IEnumerable<string> Path(Command verb) =>
        (verb.Parents.OfType<Command>().FirstOrDefault() is { } parent ? Path(parent) : []).Append(verb.Name);

    private static string Label(Option option)
    {
        var names = string.Join(", ", option.Aliases.Append(option.Name).OrderBy(name => name.Length));
        return option.HelpName is { } value ? $"{names} {value}" : names;
    }
}

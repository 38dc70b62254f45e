using System.CommandLine;

namespace VaeSharp.Cli;

/// <summary>Something that the command does.</summary>
/// <param name="name">The word that asks for it.</param>
/// <param name="summary">What it does, in a sentence.</param>
internal abstract class Verb(string name, string summary) : Command(name, summary)
{
    private readonly List<(string Title, Option[] Options)> groups = [];

    /// <summary>Options, as help groups them.</summary>
    public IReadOnlyList<(string Title, Option[] Options)> Groups => groups;

    /// <summary>Command lines to try, each with what it does.</summary>
    public virtual IReadOnlyList<(string Line, string What)> Examples => [];

    /// <summary>What else help says.</summary>
    public virtual IReadOnlyList<string> Notes => [];

    /// <summary>Does it.</summary>
    /// <param name="given">What was typed.</param>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The exit code.</returns>
    public virtual int Run(ParseResult given, Terminal terminal)
    {
        HelpPage.Write(this, terminal);
        return ExitCode.Success;
    }

    /// <summary>Takes note of options.</summary>
    protected void Group(string title, params Option[] options)
    {
        groups.Add((title, options));
        foreach (var option in options)
            Add(option);
    }
}

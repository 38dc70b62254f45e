using Spectre.Console;

namespace VaeSharp.Cli;

/// <summary>Where the command writes, and what it hears from outside.</summary>
/// <param name="output">What was asked for goes here.</param>
/// <param name="error">Errors and remarks go here.</param>
/// <param name="live">Whether somebody watches: a display that moves and has colours, instead of plain lines.</param>
/// <param name="cancellation">Cancelled when the user wants the command to end.</param>
internal sealed class Terminal(TextWriter output, TextWriter error, bool live = false, CancellationToken cancellation = default)
{
    private readonly Lazy<IAnsiConsole> console = new(() => AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(output) }));
    private int? width;

    public TextWriter Out => output;

    public TextWriter Error => error;

    public bool IsLive => live;

    public CancellationToken Cancellation => cancellation;

    /// <summary>The console of a live terminal.</summary>
    public IAnsiConsole Console => console.Value;

    /// <summary>Number of letters that fit into a line; 0 where lines are not broken.</summary>
    public int Width
    {
        get => width ??= live ? Math.Clamp(Console.Profile.Width, 40, 140) : 0;
        set => width = value;
    }

    /// <summary>The terminal, or the files and pipes, that the process was started with.</summary>
    public static Terminal OfProcess(CancellationToken cancellation)
    {
        var watched = !System.Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new Terminal(System.Console.Out, System.Console.Error, watched, cancellation);
    }

    /// <summary>Writes a line.</summary>
    public void Line(string text = "") => output.WriteLine(text);

    /// <summary>Writes a line that stands above others.</summary>
    public void Heading(string text, int indent = 0) => Styled(new string(' ', indent) + text, "bold", after: "");

    /// <summary>Writes rows of a name and a text, the texts beneath each other.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="indent">Spaces in front of the names.</param>
    /// <param name="names">
    /// Names that the column has room for, where several lists stand beneath each other; by default those of the rows.
    /// </param>
    public void Rows(IEnumerable<(string Name, string Text)> rows, int indent = 2, IEnumerable<string>? names = null)
    {
        var list = rows.ToList();
        var column = indent + 2
            + (names ?? list.Select(row => row.Name)).Select(name => name.Length)
                .Where(length => length <= MostName).DefaultIfEmpty(0).Max();
        foreach (var (name, text) in list)
        {
            var lines = TextLayout.Wrap(text, Width == 0 ? 0 : Math.Max(20, Width - column)).ToList();
            if (lines.Count == 0)
            {
                Styled(new string(' ', indent) + name, "cyan", after: "");
                continue;
            }
            var hangs = name.Length > column - indent - 2;
            Styled(new string(' ', indent) + name, "cyan", after: hangs ? "" : new string(' ', column - indent - name.Length) + lines[0]);
            foreach (var line in lines.Skip(hangs ? 0 : 1))
                Line(new string(' ', column) + line);
        }
    }

    /// <summary>Writes a paragraph.</summary>
    public void Paragraph(string text, int indent = 0)
    {
        foreach (var line in TextLayout.Wrap(text, Width == 0 ? 0 : Width - indent))
            Line(new string(' ', indent) + line);
    }

    private int MostName => Width == 0 ? 60 : Width / 2;

    private void Styled(string text, string style, string after)
    {
        if (live)
            Console.Profile.Out.Writer.WriteLine(Ansi(text, style) + after);
        else
            Line(text + after);
    }

    private string Ansi(string text, string style)
    {
        if (Console.Profile.Capabilities.ColorSystem == ColorSystem.NoColors || !Console.Profile.Capabilities.Ansi)
            return text;
        return $"\e[{(style == "bold" ? "1" : "36")}m{text}\e[0m";
    }
}

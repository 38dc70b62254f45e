using System.Text.RegularExpressions;
using VaeSharp.Tests.Architecture;

namespace VaeSharp.Tests.Docs;

/// <summary>The pages of the documentation, and what they quote and link.</summary>
internal static partial class Pages
{
    /// <summary>The pages, from the root of the repository.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "README.md", "CONTRIBUTING.md",
        .. Directory.EnumerateFiles(Path.Combine(Sources.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Sources.Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

    /// <summary>The lines of a file of the repository.</summary>
    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Sources.Root, path));

    /// <summary>The quotations of code on a page: a comment that names the file, and the fenced block on the next line.</summary>
    public static IEnumerable<Quotation> Quotations(string page)
    {
        var lines = Lines(page);
        for (var i = 0; i < lines.Length; i++)
        {
            if (Mark().Match(lines[i]) is not { Success: true } mark)
                continue;
            var block = lines.ElementAtOrDefault(i + 1) == "```csharp" ? lines.Skip(i + 2).TakeWhile(line => line != "```").ToArray() : [];
            yield return new Quotation($"{page}:{i + 1}", mark.Groups[1].Value, block);
        }
    }

    /// <summary>The relative links and pictures of a page, outside of code.</summary>
    public static IEnumerable<(string Place, string Target)> Links(string page) =>
        from line in Prose(page)
        from Match match in Link().Matches(InlineCode().Replace(line.Text, ""))
        let target = match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value
        where !Absolute().IsMatch(target)
        select ($"{page}:{line.Number}", target);

    /// <summary>The names that the headings of a page can be linked by, made as GitHub makes them.</summary>
    public static IEnumerable<string> Anchors(string page) =>
        from line in Prose(page)
        where line.Text.StartsWith('#')
        select Punctuation().Replace(line.Text.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    private static IEnumerable<(int Number, string Text)> Prose(string page)
    {
        var code = false;
        var number = 0;
        foreach (var line in Lines(page))
        {
            number++;
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
                code = !code;
            else if (!code)
                yield return (number, line);
        }
    }

    [GeneratedRegex(@"^\s*<!--\s*code:\s*(.*?)\s*-->\s*$")]
    private static partial Regex Mark();

    [GeneratedRegex("""\]\(\s*<?([^)\s>]+)[^)]*\)|\b(?:src|href)="([^"]+)"|(?<=^\[[^\]]+\]:\s+)(\S+)""")]
    private static partial Regex Link();

    [GeneratedRegex("(`+).*?\\1")]
    private static partial Regex InlineCode();

    [GeneratedRegex("^([a-zA-Z][a-zA-Z0-9+.-]*:|//)")]
    private static partial Regex Absolute();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}

/// <summary>Lines of a file that a page shows.</summary>
/// <param name="Place">Page and line.</param>
/// <param name="File">The file, from the root of the repository.</param>
/// <param name="Block">The lines; one that is "…" stands for any number of others.</param>
internal sealed record Quotation(string Place, string File, string[] Block)
{
    private const string Gap = "…";

    /// <summary>The runs of lines between the gaps.</summary>
    public IReadOnlyList<string[]> Runs { get; } = Split(Block);

    /// <summary>What is wrong with it; null if it is in its file, every run unbroken, one behind the other, all moved left alike.</summary>
    public string? Fault(string[]? source)
    {
        if (source is null)
            return $"{Place}: there is no {File}.";
        if (Runs.Count == 0)
            return $"{Place}: the line behind the comment must open a ```csharp block with code in it.";
        if (Block.All(line => line.Length == 0 || line[0] == ' '))
            return $"{Place}: the block is indented as a whole. Take the common indentation away.";
        var most = Enumerable.Range(0, 41).Max(indent => Found(source, indent));
        return most == Runs.Count ? null : $"{Place}: not in {File}, or not in this order: {Runs[most][0].Trim()}";
    }

    // How many of the runs follow each other in the source, where it is indented by so much.
    private int Found(string[] source, int indent)
    {
        var from = 0;
        for (var found = 0; found < Runs.Count; found++)
        {
            string[] wanted = [.. Runs[found].Select(line => line.Length == 0 ? line : new string(' ', indent) + line)];
            while (from + wanted.Length <= source.Length && !source.AsSpan(from, wanted.Length).SequenceEqual(wanted))
                from++;
            if (from + wanted.Length > source.Length)
                return found;
            from += wanted.Length;
        }
        return Runs.Count;
    }

    private static List<string[]> Split(string[] block)
    {
        var runs = new List<List<string>> { new() };
        foreach (var line in block)
        {
            if (line.Trim() == Gap)
                runs.Add([]);
            else
                runs[^1].Add(line);
        }
        return [.. runs.Select(run => run.ToArray()).Where(run => run.Length > 0)];
    }
}

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace VaeSharp.Specs;

/// <summary>A paper as BibTeX has it.</summary>
/// <param name="Key">The key that <c>\cite</c> takes.</param>
/// <param name="BibTeX">The whole entry.</param>
/// <param name="IsListed">
/// Whether the library has a full entry of it. If not, the entry is made of the text that a part or row names it by, and says no more.
/// </param>
public sealed partial record Reference(string Key, string BibTeX, bool IsListed)
{
    // Programs without ICU cannot take letters and accents apart.
    private const string Accented = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿ", Bare = "aaaaaaceeeeiiiinoooooouuuuyy";

    /// <summary>The entries of a BibTeX file. What stands outside of entries is commentary.</summary>
    internal static IEnumerable<Reference> Parse(string file)
    {
        foreach (Match start in Start().Matches(file))
        {
            var end = EndOf(file, file.IndexOf('{', start.Index));
            yield return new Reference(start.Groups["key"].Value, file[start.Index..end], IsListed: true);
        }
    }

    /// <summary>An entry that says what a text says: authors and year where it begins with them, and the text itself.</summary>
    internal static Reference FromText(string paper)
    {
        var match = AuthorsAndYear().Match(paper);
        var (authors, year) = (match.Groups["authors"].Value, match.Groups["year"].Value);
        var first = new string([.. Plain(match.Success ? FirstAuthor(authors) : paper.Split(' ')[0]).Where(char.IsAsciiLetterOrDigit)]);
        var key = first.Length + year.Length == 0 ? "unnamed" : first + year;
        var entry = new StringBuilder($"@misc{{{key},\n");
        if (match.Success)
            entry.Append(CultureInfo.InvariantCulture, $"  author = {{{Escaped(AuthorList(authors))}}},\n  year   = {{{year}}},\n");
        if (ArXiv().Match(paper) is { Success: true } arXiv)
            entry.Append(CultureInfo.InvariantCulture, $"  eprint = {{{arXiv.Groups[1].Value}}},\n  archivePrefix = {{arXiv}},\n");
        return new Reference(key, entry.Append(CultureInfo.InvariantCulture, $"  note   = {{{Escaped(paper)}}},\n}}").ToString(),
            IsListed: false);
    }

    /// <summary>A field's value, its line breaks taken as spaces; empty where there is none.</summary>
    public string Field(string name)
    {
        var match = Regex.Match(BibTeX, $@"^\s*{name}\s*=\s*\{{", RegexOptions.Multiline | RegexOptions.IgnoreCase);
        if (!match.Success)
            return "";
        var open = match.Index + match.Length - 1;
        return Spaces().Replace(BibTeX[(open + 1)..(EndOf(BibTeX, open) - 1)], " ");
    }

    /// <summary>The surname of the first author, without accents.</summary>
    internal string FirstSurname => Plain(Field("author").Split(" and ")[0].Split(',')[0]);

    /// <summary>The surname of the author that a text such as <c>Chen et al.</c> names first.</summary>
    internal static string FirstAuthor(string authors) => authors.Split(", ")[0].Split(" and ")[0].Split(" et al")[0].Trim();

    /// <summary>Letters and digits in lower case, one space between words: without braces, accents and punctuation.</summary>
    internal static string Plain(string text)
    {
        var letters = Command().Replace(text.Replace(@"$\beta$", "β"), "")
            .Where(letter => letter is not ('{' or '}')).Select(char.ToLowerInvariant)
            .Select(letter => Accented.IndexOf(letter) is var i and >= 0 ? Bare[i] : char.IsLetterOrDigit(letter) ? letter : ' ');
        return Spaces().Replace(new string([.. letters]), " ").Trim();
    }

    /// <summary>The end of a group whose opening brace is given: behind the brace that closes it.</summary>
    private static int EndOf(string text, int open)
    {
        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
            if (depth == 0)
                return i + 1;
        }
        throw new FormatException($"A brace is not closed: {text[open..Math.Min(text.Length, open + 40)]}");
    }

    // "A, B and C et al." → "A and B and C and others".
    private static string AuthorList(string authors) =>
        string.Join(" and ",
            authors.Replace(" et al.", ", others").Replace(" and ", ", ").Split(", ", StringSplitOptions.RemoveEmptyEntries));

    private static string Escaped(string text) => Special().Replace(text, match => match.Value switch
    {
        @"\" => @"\textbackslash{}",
        "~" => @"\textasciitilde{}",
        "^" => @"\textasciicircum{}",
        var letter => @"\" + letter,
    });

    [GeneratedRegex(@"^@\w+\{(?<key>[^,\s]+),", RegexOptions.Multiline)]
    private static partial Regex Start();

    [GeneratedRegex(@"^(?<authors>\p{L}[^\d;:()]*?),? \(?(?<year>(19|20)\d\d)\b")]
    internal static partial Regex AuthorsAndYear();

    [GeneratedRegex(@"arXiv:\s*(\d{4}\.\d{4,5})", RegexOptions.IgnoreCase)]
    internal static partial Regex ArXiv();

    // \'e, \"o and \o become e, o and o: letters stay, what stands in front of them goes.
    [GeneratedRegex(@"\\[^\p{L}\s]|\\(?=\p{L}\})")]
    private static partial Regex Command();

    [GeneratedRegex(@"[\\~^{}$&#%_]")]
    private static partial Regex Special();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

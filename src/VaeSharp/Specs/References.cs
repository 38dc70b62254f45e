using System.Text.RegularExpressions;

namespace VaeSharp.Specs;

/// <summary>
/// The papers that rows and parts come from: full entries in the file <c>references.bib</c>, found by the text of their <c>Paper</c>.
/// </summary>
public static partial class References
{
    private const string Resource = "references.bib";

    private static readonly Lazy<IReadOnlyList<Reference>> Known = new(() =>
    {
        using var stream = new StreamReader(typeof(References).Assembly.GetManifestResourceStream(Resource)!);
        return [.. Reference.Parse(stream.ReadToEnd().ReplaceLineEndings("\n"))];
    });

    /// <summary>All entries of the file.</summary>
    public static IReadOnlyList<Reference> All => Known.Value;

    /// <summary>
    /// The papers that a text names, in its order: semicolons part several. Each is found by an identifier (arXiv, DOI, OpenReview), else
    /// by its title, else by first author and year where only one paper has both.
    /// </summary>
    /// <param name="paper">
    /// The text, as <c>Burda, Grosse and Salakhutdinov 2016, Importance Weighted Autoencoders, arXiv:1509.00519</c>.
    /// </param>
    /// <returns>An entry for each; where the file has none, one that is made of the text. Nothing for an empty text.</returns>
    public static IReadOnlyList<Reference> Of(string paper) =>
        [.. Divide(paper).SelectMany(one => Find(one) is { Count: > 0 } found ? found : [Reference.FromText(one)])
            .DistinctBy(entry => entry.Key)];

    /// <summary>
    /// The papers of several texts, each once. Papers that are not in the file and would share a key get a letter behind it.
    /// </summary>
    public static IReadOnlyList<Reference> Of(IEnumerable<string> papers)
    {
        var (result, keys) = (new List<Reference>(), new HashSet<string>());
        foreach (var entry in papers.SelectMany(Of).Distinct())
        {
            var key = entry.Key;
            for (var letter = 'b'; !keys.Add(key); letter++)
                key = $"{entry.Key}{letter}";
            result.Add(key == entry.Key ? entry : entry with { Key = key, BibTeX = entry.BibTeX.Replace($"{{{entry.Key},", $"{{{key},") });
        }
        return result;
    }

    // A piece without a year and an identifier belongs to the paper in front of it.
    private static List<string> Divide(string paper)
    {
        var papers = new List<string>();
        foreach (var piece in paper.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (papers.Count == 0 || Year().IsMatch(piece) || Identifiers(piece).Any())
                papers.Add(piece);
            else
                papers[^1] += $"; {piece}";
        }
        return papers;
    }

    private static List<Reference> Find(string paper)
    {
        var identifiers = Identifiers(paper).ToList();
        List<Reference> found = [.. identifiers.SelectMany(identifier => All.Where(entry => Has(entry, identifier)))];
        if (found.Count > 0)
            return found;
        var text = $" {Reference.Plain(paper)} ";
        var titles = All.Select(entry => (entry, Title: $" {Reference.Plain(entry.Field("title"))} "))
            .Where(titled => text.Contains(titled.Title, StringComparison.Ordinal)).ToList();
        found = [.. titles
            .Where(titled => !titles.Any(longer => longer.Title != titled.Title && longer.Title.Contains(titled.Title)))
            .Select(titled => titled.entry)];
        if (found.Count > 0 || identifiers.Count > 0)
            return found;                                                                       // another identifier is another paper
        if (Reference.AuthorsAndYear().Match(paper) is not { Success: true } match)
            return [];
        var author = Reference.Plain(Reference.FirstAuthor(match.Groups["authors"].Value));
        found = [.. All.Where(entry => entry.FirstSurname == author && entry.Field("year") == match.Groups["year"].Value)];
        return found.Count == 1 ? found : [];
    }

    private static IEnumerable<string> Identifiers(string paper) => Reference.ArXiv().Matches(paper).Concat(Doi().Matches(paper))
        .Concat(OpenReview().Matches(paper)).OrderBy(match => match.Index).Select(match => match.Groups[1].Value);

    private static bool Has(Reference entry, string identifier) =>
        entry.Field("eprint").Equals(identifier, StringComparison.OrdinalIgnoreCase)
        || entry.Field("doi").Equals(identifier, StringComparison.OrdinalIgnoreCase)
        || entry.Field("url").EndsWith($"?id={identifier}", StringComparison.Ordinal);

    [GeneratedRegex(@"\b(19|20)\d\d\b")]
    private static partial Regex Year();

    [GeneratedRegex(@"\b(10\.\d{4,9}/[^\s,;]*[^\s,;.)])")]
    private static partial Regex Doi();

    [GeneratedRegex(@"(?:OpenReview[:\s]+|openreview\.net/\w+\?id=)([\w-]{8,})", RegexOptions.IgnoreCase)]
    private static partial Regex OpenReview();
}

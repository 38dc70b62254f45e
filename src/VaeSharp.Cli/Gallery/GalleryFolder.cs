using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using VaeSharp.Cli.Verbs;
using VaeSharp.Interop;
using VaeSharp.Zoo;

namespace VaeSharp.Cli.Gallery;

/// <summary>
/// A gallery's files: <c>README.md</c>, a page and a picture of each row, and their numbers. Each is written whole or not at all.
/// </summary>
internal sealed class GalleryFolder
{
    private static readonly JsonSerializerOptions Names = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,                     // a loss may have become infinite
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string path;

    /// <summary>Takes a folder, which is made if it is not there.</summary>
    /// <exception cref="UsageException">There is a file in its place.</exception>
    public GalleryFolder(string path)
    {
        this.path = path;
        ArrayFiles.MakeFolder(path);
        ArrayFiles.MakeFolder(Path.Combine(path, "images"));
    }

    /// <summary>The page that leads to all others.</summary>
    public string Index => Path.Combine(path, "README.md");

    /// <summary>The picture of a row.</summary>
    public string PictureOf(string row) => Path.Combine(path, "images", $"{row}.png");

    /// <summary>The rows that are done, in no order. Lines that cannot be read, and rows whose picture is gone, are not.</summary>
    public IReadOnlyList<GalleryEntry> Entries => !File.Exists(Numbers) ? []
        : [.. File.ReadLines(Numbers).Select(Parse).OfType<GalleryEntry>()
            .Where(entry => !entry.IsDrawn || File.Exists(PictureOf(entry.Name)))];

    /// <summary>Writes down what a row came to, and its page.</summary>
    public void Add(Row row, GalleryEntry entry)
    {
        var others = Entries.Where(other => other.Name != entry.Name);
        Write(Numbers, string.Concat(others.Append(entry).OrderBy(one => one.Name, StringComparer.Ordinal)
            .Select(one => JsonSerializer.Serialize(one, Names) + "\n")));
        WritePages([row], entry.Budget);
    }

    /// <summary>Writes the pages of those rows that are done with a budget, and the index of all that are.</summary>
    /// <returns>Number of rows in the index.</returns>
    public int WritePages(IReadOnlyList<Row> rows, GalleryBudget budget)
    {
        var done = Entries.Where(entry => entry.Budget == budget).ToDictionary(entry => entry.Name);
        foreach (var row in rows.Where(row => done.ContainsKey(row.Name)))
            Write(Path.Combine(path, $"{row.Name}.md"), GalleryPages.Page(row, done[row.Name]));
        List<(Row Row, GalleryEntry Entry)> all =
            [.. ModelZoo.Rows.Where(row => done.ContainsKey(row.Name)).Select(row => (row, done[row.Name]))];
        Write(Index, GalleryPages.Index(all, budget));
        return all.Count;
    }

    private string Numbers => Path.Combine(path, "numbers.jsonl");

    private static void Write(string file, string text) => AtomicFile.Write(file, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private static GalleryEntry? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<GalleryEntry>(line, Names);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

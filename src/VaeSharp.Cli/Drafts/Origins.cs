using System.Text.Json.Nodes;
using VaeSharp.Specs;

namespace VaeSharp.Cli.Drafts;

/// <summary>Which option or file set which property.</summary>
internal sealed class Origins
{
    private readonly Dictionary<string, string> names = [];

    /// <summary>Takes note of an option.</summary>
    public void Add(string path, string typed)
    {
        foreach (var known in names.Keys.Where(known => known.StartsWith(path, StringComparison.Ordinal)).ToList())
            names.Remove(known);                                          // what a file said about the part that was there before
        names[path] = typed;
    }

    /// <summary>Takes note of a file's keys.</summary>
    public void AddFile(JsonObject json, string file, string path = "")
    {
        foreach (var (key, node) in json)
        {
            var place = path.Length == 0 ? key : $"{path}.{key}";
            names[place] = $"{file}: {place}";
            if (node is JsonObject nested)
                AddFile(nested, file, place);
        }
    }

    /// <summary>The violation, by the name that the user gave to the property.</summary>
    public Violation Name(Violation violation)
    {
        var path = violation.Path;
        if (path.Length == 0)
            return violation;
        var given = Given(path);
        return violation with
        {
            Path = given.Length > 0 ? names[given] + path[given.Length..] : $"--{path.Replace("model.", "").Replace("training.", "")}",
        };
    }

    /// <summary>Whether an option or a file set the property, or the part that it belongs to.</summary>
    public bool Knows(string path) => Given(path).Length > 0;

    // The innermost around the property that was set; empty where none was.
    private string Given(string path)
    {
        for (var end = path.Length; end > 0; end = path.LastIndexOfAny(['.', '['], end - 1))
        {
            if (names.ContainsKey(path[..end]))
                return path[..end];
        }
        return "";
    }
}

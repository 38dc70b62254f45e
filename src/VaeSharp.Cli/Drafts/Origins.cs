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
        for (var end = path.Length; end > 0; end = path.LastIndexOfAny(['.', '['], end - 1))
        {
            if (names.TryGetValue(path[..end], out var typed))
                return violation with { Path = typed + path[end..] };
        }
        return violation with { Path = $"--{path.Replace("model.", "").Replace("training.", "")}" };
    }
}

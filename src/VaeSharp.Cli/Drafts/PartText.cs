using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using VaeSharp.Specs;

namespace VaeSharp.Cli.Drafts;

/// <summary>The text form of a part: <c>planar</c>, <c>planar:length=10,other=3</c>, <c>elbo:rate=capacity:gamma=10</c>.</summary>
/// <remarks>
/// Values may hold commas, for an option begins with a name and an equals sign. Behind a part that is a value, an option belongs to the
/// outer part if that has one of the name, and else to the inner part.
/// </remarks>
internal static class PartText
{
    /// <summary>Reads the text as JSON. Names that do not exist are left for <see cref="SpecReader"/> to find.</summary>
    /// <exception cref="FormatException">An option is not of the form name=value.</exception>
    public static JsonObject Parse(string text, Type declared)
    {
        var (name, options) = text.IndexOf(':') is var colon and >= 0 ? (text[..colon], text[(colon + 1)..]) : (text, "");
        var part = new JsonObject { [SpecWriter.Kind] = name.Trim() };
        JsonObject? inner = null;
        foreach (var (key, value) in Options(options))
        {
            var property = Find(part, declared, key);
            if (property is null && inner is not null)
                inner[key] = value;
            else if (property is not null && property.PropertyType.IsAssignableTo(typeof(Spec)))
                part[key] = inner = Parse(value, property.PropertyType);
            else
                part[key] = value;
        }
        return part;
    }

    private static List<(string Key, string Value)> Options(string text)
    {
        var options = new List<(string Key, string Value)>();
        foreach (var piece in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (piece.IndexOf('=') is var equals and > 0)
                options.Add((JsonName(piece[..equals].Trim()), piece[(equals + 1)..].Trim()));
            else if (options.Count > 0)
                options[^1] = (options[^1].Key, $"{options[^1].Value},{piece}");
            else
                throw new FormatException($"options must have the form name=value, got '{piece}'.");
        }
        return options;
    }

    private static PropertyInfo? Find(JsonObject part, Type declared, string key) => Parts.TypeOf(part, declared) is { } type
        ? SpecProperties.Of(type).FirstOrDefault(property => property.JsonName() == key)
        : null;

    /// <summary>Both spellings are understood: <c>learning-rate</c> and <c>learningRate</c>.</summary>
    private static string JsonName(string name)
    {
        var words = name.Split('-', StringSplitOptions.RemoveEmptyEntries);
        return JsonNamingPolicy.CamelCase.ConvertName(string.Concat(words.Select(word => char.ToUpperInvariant(word[0]) + word[1..])));
    }
}

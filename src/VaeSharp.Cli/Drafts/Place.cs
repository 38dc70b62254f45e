using System.Reflection;
using System.Text.Json.Nodes;
using VaeSharp.Specs;

namespace VaeSharp.Cli.Drafts;

/// <summary>A property of an experiment, in the tree that it is put together in.</summary>
/// <param name="Path">Where it is: <c>model.objective.rate.beta</c>.</param>
/// <param name="Owner">The JSON object that it is a key of.</param>
/// <param name="Property">What it is.</param>
/// <param name="Ancestors">From the outermost on, the names that each object above it answers to: property, kind, part.</param>
internal sealed record Place(string Path, JsonObject Owner, PropertyInfo Property, IReadOnlyList<string[]> Ancestors)
{
    /// <summary>The bare name: <c>beta</c>.</summary>
    public string Name => Property.FlagName();

    /// <summary>The name that no other property has: <c>objective.rate.beta</c>.</summary>
    public string FullName =>
        string.Join('.', Ancestors.Select(names => names[0]).Append(Name).Where(name => name is not ("model" or "training")));

    /// <summary>Whether it belongs to the experiment, the model or the training as a whole, and to no part of them.</summary>
    public bool IsCommon => Ancestors.Count == 0 || (Ancestors.Count == 1 && Ancestors[0][0] is "model" or "training");

    /// <summary>Whether it is a choice of a part: <c>objective.rate</c>, and not a number.</summary>
    public bool IsPart => Property.PropertyType.IsAssignableTo(typeof(Spec));

    /// <summary>Whether a name of some of the objects above it, in their order, and its own, leads here.</summary>
    public bool Answers(IReadOnlyList<string> names)
    {
        if (names[^1] != Name)
            return false;
        var above = 0;
        for (var i = 0; i < names.Count - 1; i++)
        {
            while (above < Ancestors.Count && !Ancestors[above].Contains(names[i]))
                above++;
            if (above++ >= Ancestors.Count)
                return false;
        }
        return true;
    }

    /// <summary>Every property of a spec, and of the specs in it.</summary>
    public static IEnumerable<Place> Within(JsonObject json, Type declared) => Within(json, declared, path: "", []);

    private static IEnumerable<Place> Within(JsonObject json, Type declared, string path, IReadOnlyList<string[]> ancestors)
    {
        if (Parts.TypeOf(json, declared) is not { } type)
            yield break;
        foreach (var property in SpecProperties.Of(type))
        {
            var place = new Place(path.Length == 0 ? property.JsonName() : $"{path}.{property.JsonName()}", json, property, ancestors);
            yield return place;
            foreach (var nested in place.Nested())
                yield return nested;
        }
    }

    private IEnumerable<Place> Nested()
    {
        var node = Owner[Property.JsonName()];
        if (Parts.ElementOf(Property) is { } element && node is JsonArray items)
        {
            return items.SelectMany((item, i) => item is JsonObject part
                ? Within(part, element, $"{Path}[{i}]", [.. Ancestors, [$"{Name}[{i}]", .. Parts.NamesOf(part, element), Name]])
                : []);
        }
        return IsPart && node is JsonObject json
            ? Within(json, Property.PropertyType, Path, [.. Ancestors, [Name, .. Parts.NamesOf(json, Property.PropertyType)]])
            : [];
    }
}

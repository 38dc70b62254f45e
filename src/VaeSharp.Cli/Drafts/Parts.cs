using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using VaeSharp.Specs;

namespace VaeSharp.Cli.Drafts;

/// <summary>Parts in a tree of JSON: which they are, and how one changes into another.</summary>
internal static class Parts
{
    /// <summary>The spec that an object describes; null where it names a part that does not exist.</summary>
    public static Type? TypeOf(JsonObject json, Type declared) => declared.IsAbstract ? Info(KindOf(json), declared)?.Type : declared;

    /// <summary>The names of the part that an object describes: its kind's and its own.</summary>
    public static string[] NamesOf(JsonObject json, Type declared) =>
        declared.IsAbstract && Info(KindOf(json), declared) is { } info ? [info.Kind, info.Name] : [];

    /// <summary>The declared type of the parts that a property lists; null where it is no list of parts.</summary>
    public static Type? ElementOf(PropertyInfo property) =>
        property.PropertyType.GetGenericArguments() is [var element] && element.IsAssignableTo(typeof(Spec)) ? element : null;

    /// <summary>
    /// Puts what was given over what is there. Another part than before starts from its defaults; the same part keeps what is not given.
    /// What does not fit is left for <see cref="SpecReader"/> to find.
    /// </summary>
    public static JsonNode? Merge(JsonNode? current, Type declared, JsonNode? given)
    {
        if (given is JsonValue value && value.GetValueKind() == JsonValueKind.String)
            given = new JsonObject { [SpecWriter.Kind] = value.GetValue<string>() };
        if (given is not JsonObject changes)
            return given?.DeepClone();
        var target = (current as JsonObject)?.DeepClone().AsObject() ?? [];
        if (declared.IsAbstract && KindOf(changes) is { } kind && kind != KindOf(target))
            target = Info(kind, declared) is { } info ? SpecWriter.ToJson(info.Default) : [];
        if (TypeOf(target, declared) is not { } type)
            return changes.DeepClone();
        var properties = SpecProperties.Of(type);
        foreach (var (key, node) in changes)
            target[key] = properties.FirstOrDefault(property => property.JsonName() == key) is { } property
                ? MergeProperty(target[key], property, node) : node?.DeepClone();
        return target;
    }

    /// <summary>Adds a part to a list, or changes the one of its kind that is in there.</summary>
    /// <returns>Its place in the list.</returns>
    public static int Add(JsonArray list, Type declared, JsonObject given)
    {
        var same = list.TakeWhile(item => item is not JsonObject part || KindOf(part) != KindOf(given)).Count();
        if (same < list.Count)
            list[same] = Merge(list[same], declared, given);
        else
            list.Add(Merge(null, declared, given));
        return same;
    }

    private static JsonNode? MergeProperty(JsonNode? current, PropertyInfo property, JsonNode? given)
    {
        if (property.PropertyType.IsAssignableTo(typeof(Spec)))
            return Merge(current, property.PropertyType, given);
        return ElementOf(property) is { } element && given is JsonArray items
            ? new JsonArray([.. items.Select(item => Merge(null, element, item))])
            : given?.DeepClone();
    }

    private static string? KindOf(JsonObject json) =>
        json[SpecWriter.Kind] is JsonValue kind && kind.GetValueKind() == JsonValueKind.String ? kind.GetValue<string>() : null;

    private static PartInfo? Info(string? name, Type declared) => Catalogue.Of(declared).FirstOrDefault(part => part.Name == name);
}

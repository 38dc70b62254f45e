using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace VaeSharp.Specs;

/// <summary>Reads specs from JSON. Nothing is guessed: unknown keys are errors, and every violation is reported at once.</summary>
/// <remarks>Numbers, truth values and lists may also stand as text, as they come from a command line.</remarks>
public sealed partial class SpecReader
{
    private readonly List<Violation> violations = [];

    /// <summary>Reads one spec and checks its bounds.</summary>
    /// <exception cref="SpecException">The JSON does not describe such a spec; all reasons are given.</exception>
    public static T Read<T>(JsonNode? json) where T : Spec
    {
        var reader = new SpecReader();
        var spec = reader.ReadSpec(typeof(T), json, path: "");
        // Rules across properties are for specs that could be read: a property that could not is at its default, which was not meant.
        if (spec is not null)
            reader.violations.AddRange(SpecValidator.Violations(spec, rules: reader.violations.Count == 0));
        return reader.violations.Count == 0 ? (T)spec! : throw new SpecException(reader.violations);
    }

    private Spec? ReadSpec(Type declared, JsonNode? json, string path)
    {
        // A bare name is a part with its defaults.
        if (json is JsonValue value && value.GetValueKind() == JsonValueKind.String)
            json = new JsonObject { [SpecWriter.Kind] = value.GetValue<string>() };
        if (json is not JsonObject members)
            return Fail(path, $"must be an object, got {Describe(json)}.");
        if (RepeatedKey(members) is { } repeated)
            return Fail(path, $"has a property that stands there twice: {repeated}");
        if (Resolve(declared, members, path) is not { } type)
            return null;
        var spec = (Spec)Activator.CreateInstance(type)!;
        var properties = SpecProperties.Of(type);
        foreach (var (key, node) in members)
        {
            if (key == SpecWriter.Kind && declared.IsAbstract)
                continue;
            if (properties.FirstOrDefault(property => property.JsonName() == key) is { } property)
                Set(spec, property, node, Join(path, key));
            else if (key != SpecWriter.Kind)
                Fail(Join(path, key), $"is not a property here. {Suggestion.For(key, properties.Select(known => known.JsonName()))}");
        }
        return spec;
    }

    private Type? Resolve(Type declared, JsonObject members, string path)
    {
        if (!declared.IsAbstract)
        {
            Expect(declared, members[SpecWriter.Kind], Join(path, SpecWriter.Kind));
            return declared;
        }
        var names = Catalogue.Of(declared).Select(part => part.Name);
        if (members[SpecWriter.Kind] is not JsonValue kind || kind.GetValueKind() != JsonValueKind.String)
        {
            Fail(path, $"must name its kind, one of: {string.Join(", ", names)}.");
            return null;
        }
        var name = kind.GetValue<string>();
        if (Catalogue.Of(declared).FirstOrDefault(part => part.Name == name) is { } found)
            return found.Type;
        Fail(path, $"there is no {Catalogue.KindName(declared)} '{name}'. {Suggestion.For(name, names, Catalogue.Listing(declared))}");
        return null;
    }

    // Where there is nothing to choose, a kind can only say what is known: another one was meant for another place.
    private void Expect(Type type, JsonNode? kind, string path)
    {
        var name = Catalogue.Parts.FirstOrDefault(part => part.Type == type)?.Name;
        if (kind is null || kind is JsonValue text && text.GetValueKind() == JsonValueKind.String && text.GetValue<string>() == name)
            return;
        Fail(path, name is null ? $"there is nothing to choose here, got {Describe(kind)}." : $"must be '{name}', got {Describe(kind)}.");
    }

    private static string? RepeatedKey(JsonObject members)
    {
        try
        {
            _ = members.Count;                                                                  // parsed JSON finds out here, and only then
            return null;
        }
        catch (ArgumentException failure)
        {
            return failure.Message;
        }
    }

    private void Set(Spec spec, PropertyInfo property, JsonNode? json, string path)
    {
        var before = violations.Count;
        var value = ReadValue(property.PropertyType, json, path);
        var optional = new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
        if (value is null && violations.Count == before && !optional)
            Fail(path, "must have a value.");
        // A part with a mistake in it is kept, so that its bounds are checked too; so is a list of parts.
        if (violations.Count == before || value is Spec || value is Spec?[] parts && parts.All(part => part is not null))
            property.SetValue(spec, value);
    }

    private object? ReadValue(Type type, JsonNode? json, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (json is null)
            return null;
        if (type.IsAssignableTo(typeof(Spec)))
            return ReadSpec(type, json, path);
        if (type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable)))
            return ReadList(type.GetGenericArguments()[0], json, path);
        if (json is not JsonValue scalar)
            return Fail(path, $"must be {Expected(type)}, got {Describe(json)}.");
        return ReadScalar(type, scalar.GetValueKind() == JsonValueKind.String ? scalar.GetValue<string>() : scalar.ToJsonString(), path);
    }

    private Array? ReadList(Type element, JsonNode json, string path)
    {
        if (json is JsonValue text && text.GetValueKind() == JsonValueKind.String)
            json = new JsonArray([.. Divider().Split(text.GetValue<string>().Trim('[', ']'))
                .Where(item => item.Length > 0).Select(item => JsonValue.Create(item))]);
        if (json is not JsonArray && json is JsonValue)
            json = new JsonArray(json.DeepClone());
        if (json is not JsonArray items)
        {
            Fail(path, $"must be a list, got {Describe(json)}.");
            return null;
        }
        var list = Array.CreateInstance(element, items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            if (ReadValue(element, items[i], $"{path}[{i}]") is { } item)
                list.SetValue(item, i);
            else if (items[i] is null)
                Fail($"{path}[{i}]", "must have a value.");
        }
        return list;
    }

    private object? ReadScalar(Type type, string text, string path)
    {
        try
        {
            return type switch
            {
                _ when type == typeof(string) => text,
                _ when type == typeof(int) => int.Parse(text, CultureInfo.InvariantCulture),
                _ when type == typeof(long) => long.Parse(text, CultureInfo.InvariantCulture),
                _ when type == typeof(double) && double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) is var number
                    && double.IsFinite(number) => number,
                _ when type == typeof(bool) => bool.Parse(text),
                _ when type == typeof(Schedule) => Schedule.Parse(text),
                _ when type.IsEnum
                    && Enum.GetValues(type).Cast<Enum>().FirstOrDefault(name => SpecWriter.Name(name) == text) is { } name => name,
                _ => Fail(path, $"must be {Expected(type)}, got '{text}'."),
            };
        }
        catch (Exception failure) when (failure is FormatException or OverflowException)
        {
            return Fail(path, type == typeof(Schedule) ? failure.Message : $"must be {Expected(type)}, got '{text}'.");
        }
    }

    private Spec? Fail(string path, string message)
    {
        violations.Add(new Violation(path, message));
        return null;
    }

    private static string Expected(Type type) => type switch
    {
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(double) => "a number",
        _ when type == typeof(Schedule) => "a number or a schedule",
        _ when type == typeof(bool) => "true or false",
        _ when type.IsEnum => $"one of {string.Join(", ", Enum.GetValues(type).Cast<Enum>().Select(SpecWriter.Name))}",
        _ => "text",
    };

    private static string Describe(JsonNode? json) => json?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "nothing",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        _ => json.ToJsonString(),
    };

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    // Commas, spaces, and hyphens between numbers: 512-256. A hyphen elsewhere is a sign, or part of a name.
    [GeneratedRegex(@"[,\s]+|(?<=\d)-(?=\d)")]
    private static partial Regex Divider();
}

using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace VaeSharp.Specs;

/// <summary>Writes specs as JSON, with every property expanded.</summary>
public static partial class SpecWriter
{
    /// <summary>The key that names the part.</summary>
    public const string Kind = "kind";

    /// <summary>The spec as a JSON object; the part's name first, where its kind has several parts.</summary>
    public static JsonObject ToJson(Spec spec)
    {
        var json = new JsonObject();
        if (Catalogue.Parts.FirstOrDefault(part => part.Type == spec.GetType()) is { } info)
            json[Kind] = info.Name;
        foreach (var property in SpecProperties.Of(spec.GetType()))
            json[property.JsonName()] = ToJson(property.GetValue(spec));
        return json;
    }

    /// <summary>A property's value in the text form that the command line reads.</summary>
    public static string ToText(object? value) => value switch
    {
        null => "none",
        Spec spec => Catalogue.Of(spec).Name,
        IEnumerable list and not string => $"[{string.Join(", ", list.Cast<object>().Select(ToText))}]",
        Enum name => Name(name),
        bool truth => truth ? "true" : "false",
        double number => Number(number),
        Schedule { IsConstant: true } constant => Number(constant.To),
        _ => value.ToString()!,
    };

    // 1e-6, not 1E-06.
    private static string Number(double number) =>
        Exponent().Replace(number.ToString("R", CultureInfo.InvariantCulture), match => $"e{match.Groups[1].Value}{match.Groups[2].Value}");

    [GeneratedRegex(@"E\+?(-?)0*(\d+)")]
    private static partial Regex Exponent();

    internal static string Name(Enum value) => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static JsonNode? ToJson(object? value) => value switch
    {
        null => null,
        Spec spec => ToJson(spec),
        Schedule { IsConstant: true } constant => JsonValue.Create(constant.To),
        Schedule schedule => JsonValue.Create(schedule.ToString()),
        Enum name => JsonValue.Create(Name(name)),
        bool truth => JsonValue.Create(truth),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        string text => JsonValue.Create(text),
        IEnumerable list => new JsonArray([.. list.Cast<object>().Select(ToJson)]),
        _ => throw new NotSupportedException($"A property of type {value.GetType()} has no JSON form."),
    };
}

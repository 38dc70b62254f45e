using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;

namespace VaeSharp.Specs;

/// <summary>The properties of a spec that a user can set, and how they are called.</summary>
public static class SpecProperties
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Known = new();

    /// <summary>The settable properties: those of the base types first, then in the order of declaration.</summary>
    public static IReadOnlyList<PropertyInfo> Of(Type spec) => Known.GetOrAdd(spec, static type =>
        [.. Lineage(type).Reverse().SelectMany(level => level
            .GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(property => property.SetMethod is { IsPublic: true }))]);

    /// <summary>All schedules of a spec, and of what it holds.</summary>
    internal static IEnumerable<Schedule> Schedules(Spec spec) => Of(spec.GetType())
        .Select(property => property.GetValue(spec)).SelectMany(value => value switch
    {
        Schedule schedule => [schedule],
        Spec part => Schedules(part),
        IEnumerable<Spec> parts => parts.SelectMany(Schedules),
        _ => Enumerable.Empty<Schedule>(),
    });

    /// <summary>The property's name in JSON: <c>learningRate</c>.</summary>
    public static string JsonName(this PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    /// <summary>The property's name on the command line: <c>learning-rate</c>.</summary>
    public static string FlagName(this PropertyInfo property) => JsonNamingPolicy.KebabCaseLower.ConvertName(property.Name);

    /// <summary>The bounds that the property declares, as a reader of help sees them; empty where there are none.</summary>
    public static string Bounds(this PropertyInfo property)
    {
        if (property.GetCustomAttribute<RangeAttribute>() is not { } range)
            return "";
        var unlimited = Convert.ToDouble(range.Maximum) >= int.MaxValue;
        var (least, most) = (SpecWriter.ToText(range.Minimum), SpecWriter.ToText(range.Maximum));
        return (range.MinimumIsExclusive, range.MaximumIsExclusive) switch
        {
            (true, _) when unlimited => $"above {least}",
            (false, _) when unlimited => $"at least {least}",
            (true, var open) => $"above {least} and {(open ? "below" : "at most")} {most}",
            (false, true) => $"at least {least} and below {most}",
            _ => $"from {least} to {most}",
        };
    }

    private static IEnumerable<Type> Lineage(Type type)
    {
        for (var level = type; level is not null && level != typeof(Spec) && level != typeof(object); level = level.BaseType)
            yield return level;
    }
}

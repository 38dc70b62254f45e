using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace VaeSharp.Specs;

/// <summary>Holds specs to the bounds that their properties declare and to their own rules.</summary>
public static class SpecValidator
{
    /// <summary>Everything that is wrong with a spec and the specs in it.</summary>
    public static IEnumerable<Violation> Violations(Spec spec) => Violations(spec, path: "");

    private static IEnumerable<Violation> Violations(Spec spec, string path)
    {
        foreach (var property in SpecProperties.Of(spec.GetType()))
        {
            var place = Join(path, property.JsonName());
            foreach (var violation in OfValue(property, property.GetValue(spec), place))
                yield return violation;
        }
        if (spec is not IValidatableObject rules)
            yield break;
        foreach (var broken in rules.Validate(new ValidationContext(spec)))
        {
            var place = broken.MemberNames.Select(JsonNamingPolicy.CamelCase.ConvertName).FirstOrDefault() is { } member ? Join(path, member) : path;
            yield return new Violation(place, broken.ErrorMessage ?? "is not valid.");
        }
    }

    private static IEnumerable<Violation> OfValue(PropertyInfo property, object? value, string path)
    {
        if (value is null or "" && property.IsDefined(typeof(RequiredAttribute)))
            return [new Violation(path, "must be given.")];
        if (value is Spec nested)
            return Violations(nested, path);
        if (value is IEnumerable list and not string)
            return list.Cast<object>().SelectMany((item, i) => OfValue(property, item, $"{path}[{i}]"));
        var range = property.GetCustomAttribute<RangeAttribute>();
        return range is null || value is null || Ends(value).All(end => Within(range, end))
            ? []
            : [new Violation(path, $"must be {property.Bounds()}, got {SpecWriter.ToText(value)}.")];
    }

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private static IEnumerable<double> Ends(object value) =>
        value is Schedule schedule ? [schedule.From, schedule.To] : [Convert.ToDouble(value, CultureInfo.InvariantCulture)];

    private static bool Within(RangeAttribute range, double value)
    {
        var (least, most) = (Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture), Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture));
        return (range.MinimumIsExclusive ? value > least : value >= least) && (range.MaximumIsExclusive ? value < most : value <= most);
    }
}

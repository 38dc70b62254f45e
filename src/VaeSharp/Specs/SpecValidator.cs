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
    /// <param name="spec">The spec.</param>
    /// <param name="rules">Whether to check rules across properties; else bounds alone.</param>
    public static IEnumerable<Violation> Violations(Spec spec, bool rules = true) => Violations(spec, path: "", rules);

    private static IEnumerable<Violation> Violations(Spec spec, string path, bool rules)
    {
        foreach (var property in SpecProperties.Of(spec.GetType()))
        {
            foreach (var violation in OfValue(property, property.GetValue(spec), Join(path, property.JsonName()), rules))
                yield return violation;
        }
        if (spec is not IValidatableObject ruled)
            yield break;
        foreach (var broken in ruled.Validate(new ValidationContext(spec)))
        {
            // A rule that names one property is a bound of that property.
            if (broken.MemberNames.ToList() is [var member])
                yield return new Violation(Join(path, JsonNamingPolicy.CamelCase.ConvertName(member)),
                    broken.ErrorMessage ?? "is not valid.");
            else if (rules)
                yield return new Violation(path, broken.ErrorMessage ?? "is not valid.");
        }
    }

    private static IEnumerable<Violation> OfValue(PropertyInfo property, object? value, string path, bool rules)
    {
        if (value is null or "" && property.IsDefined(typeof(RequiredAttribute)))
            return [new Violation(path, "must be given.")];
        if (value is Spec nested)
            return Violations(nested, path, rules);
        if (value is IEnumerable list and not string)
            return list.Cast<object>().SelectMany((item, i) => OfValue(property, item, $"{path}[{i}]", rules));
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
        var least = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture);
        var most = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        return (range.MinimumIsExclusive ? value > least : value >= least) && (range.MaximumIsExclusive ? value < most : value <= most);
    }
}

using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using VaeSharp.Specs;

namespace VaeSharp.Tests.Support;

/// <summary>
/// Specs whose every property has a random value within its bounds; without numbers, those alone that are one of a few: flags, choices and
/// parts.
/// </summary>
internal sealed class RandomSpecs(int seed, bool numbers = true)
{
    private readonly Random random = new(seed);

    public Spec Draw(Type type)
    {
        var spec = (Spec)Activator.CreateInstance(type)!;
        foreach (var property in SpecProperties.Of(type))
            property.SetValue(spec, Value(property.PropertyType, property.GetCustomAttribute<RangeAttribute>(), property.GetValue(spec)));
        return spec;
    }

    private object? Value(Type type, RangeAttribute? range, object? fallback)
    {
        if (!numbers && !type.IsEnum && type != typeof(bool) && !type.IsAssignableTo(typeof(Spec)))
            return fallback;
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return random.Next(3) == 0 ? null : Value(underlying, range, fallback);
        if (type.IsAssignableTo(typeof(Spec)))
            return Draw(Choose(type));
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(random.Next(Enum.GetValues(type).Length));
        if (type == typeof(bool))
            return random.Next(2) == 0;
        if (type == typeof(int) || type == typeof(long))
            return Convert.ChangeType(
                random.NextInt64(Bound(range?.Minimum, -1000), Bound(range?.Maximum, 1000) + 1), type, CultureInfo.InvariantCulture);
        if (type == typeof(double))
            return Number(range);
        if (type == typeof(Schedule))
            return random.Next(2) == 0 ? (Schedule)Number(range) : Schedule.Along((ScheduleShape)random.Next(1, 5),
                Number(range), Number(range), random.NextInt64(1, 1_000_000), (ScheduleUnit)random.Next(2));
        if (type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable)))
        {
            var element = type.GetGenericArguments()[0];
            var list = Array.CreateInstance(element, random.Next(4));
            for (var i = 0; i < list.Length; i++)
                list.SetValue(Value(element, range, null), i);
            return list;
        }
        // A text has no bounds that a generator could know; its default is one that the spec accepts.
        return fallback;
    }

    private Type Choose(Type kind)
    {
        if (!kind.IsAbstract)
            return kind;
        var parts = Catalogue.Of(kind);
        return parts[random.Next(parts.Count)].Type;
    }

    // Strictly inside the bounds, so that it does not matter whether they are exclusive.
    private double Number(RangeAttribute? range)
    {
        var least = Convert.ToDouble(range?.Minimum ?? -1e6, CultureInfo.InvariantCulture);
        var most = Convert.ToDouble(range?.Maximum ?? 1e6, CultureInfo.InvariantCulture);
        return least + (most - least) * (random.NextDouble() * 0.999_998 + 0.000_001);
    }

    private static long Bound(object? bound, long otherwise) => bound is null ? otherwise
        : Convert.ToInt64(Math.Clamp(Convert.ToDouble(bound, CultureInfo.InvariantCulture), -1e15, 1e15), CultureInfo.InvariantCulture);
}

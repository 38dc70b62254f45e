using System.Globalization;

namespace VaeSharp.Imaging.Drawing;

/// <summary>A labelled place on an axis.</summary>
internal readonly record struct Tick(double Position, string Label);

/// <summary>Chooses round numbers along an axis.</summary>
internal static class Ticks
{
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    /// <summary>Multiples of 1, 2, 2.5 or 5 times a power of ten inside a range; about <paramref name="target"/> of them at most.</summary>
    public static Tick[] Linear(double min, double max, double target, bool integers = false)
    {
        var step = Step((max - min) / target, integers);
        var first = Math.Ceiling(min / step - 1e-9);
        var last = Math.Floor(max / step + 1e-9);
        var largest = Math.Max(Math.Abs(first), Math.Abs(last)) * step;
        return [.. from i in Enumerable.Range(0, (int)(last - first) + 1)
                   let value = (first + i) * step
                   select new Tick(value, Label(value, step, largest))];
    }

    /// <summary>
    /// Places from end to end, each as far from the next, with labels of one decimal, or of more where those would repeat.
    /// </summary>
    public static Tick[] Each(double min, double max, int count)
    {
        var step = (max - min) / (count - 1);
        var decimals = Math.Clamp(1 - (int)Math.Floor(Math.Log10(step * 10)), 1, 15);
        return [.. from i in Enumerable.Range(0, count)
                   let value = Math.Round(min + i * step, decimals)
                   select new Tick(min + i * step, Minus((value == 0 ? 0 : value).ToString("F" + decimals, CultureInfo.InvariantCulture)))];
    }

    /// <summary>Powers of ten inside a range of decimal logarithms, with 2 and 5 times them where powers alone are few.</summary>
    public static Tick[] Log(double min, double max)
    {
        var decades = max - min;
        double[] factors = decades < 1.6 ? [1, 2, 3, 5, 7] : decades < 3.2 ? [1, 2, 5] : [1];
        var skip = Math.Max(1, (int)Math.Ceiling(decades / 8));
        return [.. from power in Enumerable.Range((int)Math.Floor(min), (int)Math.Ceiling(max) - (int)Math.Floor(min) + 1)
                   where power % skip == 0
                   from factor in factors
                   let position = power + Math.Log10(factor)
                   where position >= min - 1e-9 && position <= max + 1e-9
                   select new Tick(position, PowerLabel(factor, power))];
    }

    /// <summary>A number in four digits, as people write it.</summary>
    public static string Short(double value)
    {
        var size = Math.Abs(value);
        if (size is not 0 and (< 1e-3 or >= 1e6))
        {
            var power = (int)Math.Floor(Math.Log10(size));
            return Scientific(Math.Round(value / Math.Pow(10, power), 2), power);
        }
        var decimals = size >= 1000 || size == 0 ? 0 : Math.Clamp(2 - (int)Math.Floor(Math.Log10(size)), 0, 5);
        return Minus(Math.Round(value, decimals).ToString("#,0.######", CultureInfo.InvariantCulture));
    }

    private static double Step(double raw, bool integers)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double[] factors = integers ? [1, 2, 5, 10] : [1, 2, 2.5, 5, 10];
        var step = power * factors.First(factor => power * factor >= raw * (1 - 1e-9));
        return integers ? Math.Max(1, step) : step;
    }

    private static string Label(double value, double step, double largest)
    {
        if (Math.Abs(value) < step / 2)
            return "0";
        if (largest is >= 1e6 or < 1e-3)
        {
            var power = (int)Math.Floor(Math.Log10(largest));
            return Scientific(Math.Round(value / Math.Pow(10, power), 6), power);
        }
        var decimals = Enumerable.Range(0, 15).FirstOrDefault(digits => IsWhole(step * Math.Pow(10, digits)));
        return Minus(value.ToString("N" + decimals, CultureInfo.InvariantCulture));
    }

    private static bool IsWhole(double value) => Math.Abs(value - Math.Round(value)) < 1e-6;

    private static string PowerLabel(double factor, int power) =>
        power is >= -3 and <= 5
            ? (factor * Math.Pow(10, power)).ToString("#,0.####", CultureInfo.InvariantCulture)
            : factor == 1 ? "10" + Raised(power) : Scientific(factor, power);

    private static string Scientific(double factor, int power) =>
        Minus(factor.ToString("0.######", CultureInfo.InvariantCulture)) + "×10" + Raised(power);

    private static string Raised(int power) =>
        string.Concat(power.ToString(CultureInfo.InvariantCulture).Select(digit => digit == '-' ? '⁻' : Superscripts[digit - '0']));

    private static string Minus(string number) => number.Replace('-', '−');
}

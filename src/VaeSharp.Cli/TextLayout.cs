using System.Globalization;
using VaeSharp.Specs;

namespace VaeSharp.Cli;

/// <summary>Numbers, times and paragraphs as people read them.</summary>
internal static class TextLayout
{
    /// <summary>Breaks a text between words. A width of 0 leaves it in one line.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        if (width == 0 || text.Length <= width)
        {
            if (text.Length > 0)
                yield return text;
            yield break;
        }
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }
            line = line.Length == 0 ? word : $"{line} {word}";
        }
        if (line.Length > 0)
            yield return line;
    }

    /// <summary><c>0:42</c>, <c>1:02:03</c>.</summary>
    public static string Clock(TimeSpan time)
    {
        var seconds = (long)Math.Clamp(Math.Round(time.TotalSeconds), 0, 1e9);
        return seconds < 3600 ? $"{seconds / 60}:{seconds % 60:00}" : $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}";
    }

    /// <summary><c>4.2 s</c>, <c>3 min 20 s</c>, <c>2 h 5 min</c>.</summary>
    public static string Spent(double seconds) => seconds switch
    {
        < 59.95 => string.Create(CultureInfo.InvariantCulture, $"{seconds:F1} s"),
        < 3600 => $"{(long)seconds / 60} min {(long)seconds % 60} s",
        _ => $"{(long)seconds / 3600} h {(long)seconds / 60 % 60} min",
    };

    /// <summary>An amount in its unit: <c>12.3 MB</c>, <c>31,000 images</c>.</summary>
    public static string Amount(long amount, string unit) => unit != "B" ? $"{amount:N0} {unit}" : amount switch
    {
        >= 1_000_000 => $"{amount / 1e6:F1} MB",
        >= 1_000 => $"{amount / 1e3:F0} kB",
        _ => $"{amount} B",
    };

    /// <summary>A property's value, numbers with six digits at most.</summary>
    public static string Value(object? value) => value switch
    {
        double number => SpecWriter.ToText(Short(number)),
        Schedule { IsConstant: true } constant => SpecWriter.ToText(Short(constant.To)),
        IEnumerable<double> numbers => SpecWriter.ToText(numbers.Select(Short)),
        _ => SpecWriter.ToText(value),
    };

    // A whole number has all its digits.
    private static double Short(double number) => Math.Abs(number) < 1e15 && number == Math.Floor(number)
        ? number
        : double.Parse(number.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>Words joined as in a sentence: a, b and c.</summary>
    public static string Join(IEnumerable<string> words, string last = "and") => words.ToList() switch
    {
        [] => "",
        [var only] => only,
        [.. var others, var end] => $"{string.Join(", ", others)} {last} {end}",
    };
}

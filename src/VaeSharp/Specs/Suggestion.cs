namespace VaeSharp.Specs;

/// <summary>Sentences that help a person who mistyped a name.</summary>
public static class Suggestion
{
    /// <summary>Names the nearest candidate where one is near, and otherwise all of them.</summary>
    public static string For(string typed, IEnumerable<string> candidates)
    {
        var names = candidates.Distinct().ToList();
        return Nearest(typed, names) is { } nearest ? $"Did you mean '{nearest}'?" : $"Choose one of: {string.Join(", ", names)}.";
    }

    /// <summary>The candidate that was probably meant; null where none is near.</summary>
    public static string? Nearest(string typed, IEnumerable<string> candidates)
    {
        var nearest = candidates.Select(name => (Name: name, Distance: Distance(typed, name)))
            .OrderBy(pair => pair.Distance).FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= Math.Max(1, typed.Length / 3) ? nearest.Name : null;
    }

    /// <summary>
    /// The least number of letters inserted, removed, replaced or exchanged with their neighbour that turns one word into another.
    /// </summary>
    internal static int Distance(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                table[i, j] = (i, j) switch
                {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => Math.Min(Math.Min(table[i - 1, j] + 1, table[i, j - 1] + 1), table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)),
                };
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        }
        return table[a.Length, b.Length];
    }
}

using System.Text;

namespace VaeSharp.Specs;

/// <summary>Sentences that help a person who mistyped a name.</summary>
public static class Suggestion
{
    private const int Listed = 15;                                        // names that a sentence can hold

    /// <summary>Names the nearest candidate where one is near, and otherwise all of them.</summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="candidates">The names that there are.</param>
    /// <param name="listing">The command that lists them, which stands for the names where they are many.</param>
    public static string For(string typed, IEnumerable<string> candidates, string listing = "") =>
        For(typed, candidates.Select(name => (name, name)), listing);

    /// <summary>The same, where several names lead to one that is told.</summary>
    public static string For(string typed, IEnumerable<(string Name, string Told)> candidates, string listing = "")
    {
        var names = candidates.ToList();
        if (Nearest(typed, names) is { } nearest)
            return $"Did you mean '{nearest}'?";
        var told = names.Select(candidate => candidate.Told).Distinct().ToList();
        return listing.Length > 0 && told.Count > Listed ? $"'{listing}' names all." : $"Choose one of: {string.Join(", ", told)}.";
    }

    /// <summary>The candidate that was probably meant; null where none is near.</summary>
    public static string? Nearest(string typed, IEnumerable<string> candidates) =>
        Nearest(typed, candidates.Select(name => (name, name)));

    /// <summary>The same, where several names lead to one that is told.</summary>
    public static string? Nearest(string typed, IEnumerable<(string Name, string Told)> candidates)
    {
        var plain = Plain(typed);
        var nearest = candidates.Select(candidate => (candidate.Told, Distance: Distance(plain, Plain(candidate.Name))))
            .OrderBy(pair => pair.Distance).FirstOrDefault();
        return nearest.Told is not null && plain.Length > 0 && nearest.Distance <= Math.Max(1, plain.Length / 3) ? nearest.Told : null;
    }

    /// <summary>
    /// The name without what people write in different ways: letters and digits alone, in lower case, Greek letters spelled out. So
    /// <c>β-TCVAE</c>, <c>BetaTCVAE</c> and <c>beta_tc_vae</c> are one name.
    /// </summary>
    public static string Plain(string name)
    {
        var plain = new StringBuilder(name.Length);
        foreach (var letter in name.Where(char.IsLetterOrDigit))
        {
            plain.Append(char.ToLowerInvariant(letter) switch
            {
                'α' => "alpha",
                'β' => "beta",
                'γ' => "gamma",
                'σ' => "sigma",
                'é' => "e",                                               // Rényi, Poincaré
                var other => other.ToString(),
            });
        }
        return plain.ToString();
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

using System.Globalization;
using System.Text.Json;
using VaeSharp.Specs;

namespace VaeSharp.Cli.Drafts;

/// <summary>Finds the one property that a name on the command line means.</summary>
internal static class PropertyNames
{
    /// <summary>The property, or the reason why there is none.</summary>
    /// <param name="places">All properties of the experiment.</param>
    /// <param name="name">The name: <c>beta</c>, <c>objective.beta</c>, <c>model.objective.rate.beta</c>.</param>
    /// <param name="value">What it shall be: a name cannot be a number's, nor a number a part's.</param>
    /// <param name="options">The command's own options, for suggestions.</param>
    public static (Place? Place, string Problem) Find(
        IReadOnlyList<Place> places, string name, string? value, IReadOnlyList<string> options)
    {
        var names = Names(name);
        return Matches(places, name, names, options) switch
        {
            [var only] => (only, ""),
            [] => (null, Unknown(places, names[^1], value, options)),
            var several => (null, "several chosen parts have it: say "
                + $"{TextLayout.Join(several.Select(place => ShortName(place, places, options)), "or")}."),
        };
    }

    /// <summary>The shortest flag that leads to one property only.</summary>
    /// <param name="place">The property.</param>
    /// <param name="places">All properties of the experiment.</param>
    /// <param name="options">The command's own options.</param>
    /// <param name="taken">Those of them that set no property.</param>
    public static string ShortName(
        Place place, IReadOnlyList<Place> places, IReadOnlyList<string> options, params IReadOnlyList<string> taken)
    {
        // penalty before code-norm, and that before penalties[0], whose brackets a shell takes for a pattern.
        var above = place.Ancestors.Where(names => names[0] is not ("model" or "training")).ToList();
        var aliases = above.Select(names => names.Length > 1 ? names[1] : names[0])
            .Concat(above.Select(names => names[0])).Concat(above.SelectMany(names => names.Skip(1)))
            .Where(alias => !alias.Contains('['));
        var name = aliases.Select(alias => $"{alias}.{place.Name}").Prepend(place.Name).Except(taken).FirstOrDefault(LeadsHere);
        return $"--{name ?? place.FullName}";

        bool LeadsHere(string name) => Matches(places, name, Names(name), options) is [var only] && only == place;
    }

    private static List<string> Names(string name) => [.. name.Split('.').Select(JsonNamingPolicy.KebabCaseLower.ConvertName)];

    private static List<Place> Matches(IReadOnlyList<Place> places, string name, List<string> names, IReadOnlyList<string> options)
    {
        var full = string.Join('.', names);
        var found = places.Where(place => place.Path == name || place.FullName == full).ToList();
        if (found.Count == 0 && names.Count == 1)
            found = [.. places.Where(place => place.IsCommon && place.Name == full)];
        if (found.Count == 0)
            found = [.. places.Where(place => place.Answers(names))];
        // The option --rate chooses a part; that a prior has a number of the name does not change what it means.
        return found.Count > 1 && options.Contains(full) && found.Where(place => place.IsPart).ToList() is [var part] ? [part] : found;
    }

    private static string Unknown(IReadOnlyList<Place> places, string name, string? value, IEnumerable<string> options)
    {
        var isPart = !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        var known = Catalogue.Parts
            .SelectMany(part => part.Properties.Where(property => property.FlagName() == name).Select(property => (part, property)))
            .ToLookup(pair => pair.property.PropertyType.IsAssignableTo(typeof(Spec)) == isPart, pair => pair.part);
        var owners = known[known.Contains(true)].ToList();
        if (owners.Count > 0)
        {
            var named = TextLayout.Join(owners.Select(part => $"{part.Kind} '{part.Name}'"));
            return $"no chosen part has this property; {named} {(owners.Count == 1 ? "has" : "have")} it.";
        }
        return Suggestion.Nearest(name, options.Concat(places.Select(place => place.Name))) is { } near
            ? $"there is no such option or property. Did you mean '--{near}'?"
            : "there is no such option or property. 'vae train --help' lists the options, 'vae train --dry-run' the properties.";
    }
}

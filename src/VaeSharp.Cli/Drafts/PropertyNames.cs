using System.Text.Json;
using VaeSharp.Specs;

namespace VaeSharp.Cli.Drafts;

/// <summary>Finds the one property that a name on the command line means.</summary>
internal static class PropertyNames
{
    /// <summary>The property, or the reason why there is none.</summary>
    /// <param name="places">All properties of the experiment.</param>
    /// <param name="name">The name: <c>beta</c>, <c>objective.beta</c>, <c>model.objective.rate.beta</c>.</param>
    /// <param name="options">The command's own options, for suggestions.</param>
    public static (Place? Place, string Problem) Find(IReadOnlyList<Place> places, string name, IEnumerable<string> options)
    {
        var names = name.Split('.').Select(JsonNamingPolicy.KebabCaseLower.ConvertName).ToList();
        var full = string.Join('.', names);
        var found = places.Where(place => place.Path == name || place.FullName == full).ToList();
        if (found.Count == 0 && names.Count == 1)
            found = [.. places.Where(place => place.IsCommon && place.Name == full)];
        if (found.Count == 0)
            found = [.. places.Where(place => place.Answers(names))];
        return found switch
        {
            [var only] => (only, ""),
            [] => (null, Unknown(places, names[^1], options)),
            _ => (null, $"several chosen parts have it: say {TextLayout.Join(found.Select(place => ShortName(place, places)), "or")}."),
        };
    }

    /// <summary>The shortest flag that leads to one property only.</summary>
    private static string ShortName(Place place, IReadOnlyList<Place> places)
    {
        var aliases = place.Ancestors.SelectMany(names => names.Skip(1).Take(1).Concat(names))             // penalty before penalties[0]
            .Where(name => name is not ("model" or "training"));
        var name = aliases.Select(alias => $"{alias}.{place.Name}").FirstOrDefault(LeadsHere);
        return $"--{name ?? place.FullName}";

        bool LeadsHere(string name) => places.Any(other => other.FullName == name)
            ? place.FullName == name
            : places.Count(other => other.Answers(name.Split('.'))) == 1;
    }

    private static string Unknown(IReadOnlyList<Place> places, string name, IEnumerable<string> options)
    {
        var owners = Catalogue.Parts.Where(part => part.Properties.Any(property => property.FlagName() == name)).ToList();
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

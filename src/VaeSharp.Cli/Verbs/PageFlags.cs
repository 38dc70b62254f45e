using System.Reflection;
using System.Text.Json.Nodes;
using VaeSharp.Cli.Drafts;
using VaeSharp.Specs;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Cli.Verbs;

/// <summary>The flags of <c>train</c> that lead to the properties on a page. They depend on what else the experiment has.</summary>
internal sealed class PageFlags
{
    private const string Penalties = "model.penalties";
    private static readonly TrainOptions Options = new();
    private static readonly string[] Names = [.. Options.Groups.SelectMany(group => group.Options).Select(Name), "help", "version"];
    private static readonly string[] Taken = [.. Names.Except(Options.Properties.Select(Name))];
    private readonly IReadOnlyList<Place> places;

    private PageFlags(JsonObject tree, string path, Row? row = null) =>
        (places, Path, Row) = ([.. Place.Within(tree, typeof(Experiment))], path, row);

    /// <summary>Where the page's thing is in the experiment.</summary>
    public string Path { get; }

    /// <summary>The model that it is in.</summary>
    public Row? Row { get; }

    /// <summary>Those of a row, on the default data.</summary>
    public static PageFlags Of(Row row) => new(Tree(row), "model", row);

    /// <summary>Those of a recipe.</summary>
    public static PageFlags Of(Experiment recipe) => new(SpecWriter.ToJson(recipe), "");

    /// <summary>
    /// Those of a part, in the first model that it goes with, or else the first that has a place for it; the bare names where none has.
    /// </summary>
    public static PageFlags Of(PartInfo part)
    {
        var found = Candidates(part).Where(candidate => CanTrain(candidate.Tree)).Concat(Candidates(part)).FirstOrDefault();
        return found.Row is null ? new PageFlags([], "") : new PageFlags(found.Tree, found.Path, found.Row);
    }

    /// <summary>The flag that chooses the page's part; null where no model has a place for it.</summary>
    public string? Choice => Flag(Path.EndsWith(']') ? Path[..Path.LastIndexOf('[')] : Path);

    /// <summary>The flag of a property.</summary>
    /// <param name="owner">Where what it is a property of is in the experiment.</param>
    /// <param name="property">The property.</param>
    public string Of(string owner, PropertyInfo property) => Flag(Join(owner, property)) ?? $"--{property.FlagName()}";

    /// <summary>The flag of the first property of a bare name; null where the page's thing has none.</summary>
    public string? Named(string name) => places.FirstOrDefault(place => place.Name == name) is { } place ? Flag(place.Path) : null;

    /// <summary>Where a property is.</summary>
    public static string Join(string owner, PropertyInfo property) =>
        owner.Length == 0 ? property.JsonName() : $"{owner}.{property.JsonName()}";

    private string? Flag(string path) => path == Penalties ? "--penalty"
        : places.FirstOrDefault(place => place.Path == path) is { } place ? PropertyNames.ShortName(place, places, Names, Taken) : null;

    // Each place of each model with the part put there: the default model first, then those that have the part, then the others.
    private static IEnumerable<(JsonObject Tree, string Path, Row Row)> Candidates(PartInfo part)
    {
        foreach (var row in ModelZoo.Rows.OrderBy(row => row.Name != TrainVerb.DefaultModel)
            .ThenBy(row => ShowPage.Parts(row.Spec).All(other => other.GetType() != part.Type)))
        {
            var count = Places(Tree(row), part).Count();
            for (var i = 0; i < count; i++)
            {
                var tree = Tree(row);
                var place = Places(tree, part).ElementAt(i);
                yield return (tree, Put(part, place), row);
            }
        }
    }

    private static IEnumerable<Place> Places(JsonObject tree, PartInfo part) => Place.Within(tree, typeof(Experiment)).Where(place =>
        (Parts.ElementOf(place.Property) ?? (place.IsPart ? place.Property.PropertyType : null))?.IsAssignableFrom(part.Type) == true);

    // As the command line does it: a list gets one more.
    private static string Put(PartInfo part, Place place)
    {
        var chosen = SpecWriter.ToJson(part.Default);
        if (Parts.ElementOf(place.Property) is { } element)
            return $"{place.Path}[{Parts.Add(place.Owner[place.Property.JsonName()]!.AsArray(), element, chosen)}]";
        place.Owner[place.Property.JsonName()] = chosen;
        return place.Path;
    }

    private static bool CanTrain(JsonObject tree)
    {
        try
        {
            var experiment = Experiment.FromJson(tree);
            experiment.Check(experiment.Data.Describe());
            return true;
        }
        catch (SpecException)
        {
            return false;
        }
    }

    private static JsonObject Tree(Row row) => SpecWriter.ToJson(new Experiment { Name = row.Name, Model = row.Spec });

    private static string Name(System.CommandLine.Option option) => option.Name.TrimStart('-');
}

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

    /// <summary>Those of a part, in the first model that has a place for it; the bare names where there is none.</summary>
    public static PageFlags Of(PartInfo part)
    {
        foreach (var row in ModelZoo.Rows.OrderBy(row => row.Name != TrainVerb.DefaultModel))
        {
            var tree = Tree(row);
            foreach (var place in Place.Within(tree, typeof(Experiment)).ToList())
            {
                var isList = Parts.ElementOf(place.Property)?.IsAssignableFrom(part.Type) == true;
                if (!isList && !(place.IsPart && place.Property.PropertyType.IsAssignableFrom(part.Type)))
                    continue;
                var chosen = SpecWriter.ToJson(part.Default);
                place.Owner[place.Property.JsonName()] = isList ? new JsonArray(chosen) : chosen;
                return new PageFlags(tree, isList ? $"{place.Path}[0]" : place.Path, row);
            }
        }
        return new PageFlags([], "");
    }

    /// <summary>The flag that chooses the page's part; null where no model has a place for it.</summary>
    public string? Choice => Flag(Path.EndsWith(']') ? Path[..Path.LastIndexOf('[')] : Path);

    /// <summary>The flag of a property.</summary>
    /// <param name="owner">Where what it is a property of is in the experiment.</param>
    /// <param name="property">The property.</param>
    public string Of(string owner, PropertyInfo property) => Flag(Join(owner, property)) ?? $"--{property.FlagName()}";

    /// <summary>Where a property is.</summary>
    public static string Join(string owner, PropertyInfo property) =>
        owner.Length == 0 ? property.JsonName() : $"{owner}.{property.JsonName()}";

    private string? Flag(string path) => path == Penalties ? "--penalty"
        : places.FirstOrDefault(place => place.Path == path) is { } place ? PropertyNames.ShortName(place, places, Names, Taken) : null;

    private static JsonObject Tree(Row row) => SpecWriter.ToJson(new Experiment { Name = row.Name, Model = row.Spec });

    private static string Name(System.CommandLine.Option option) => option.Name.TrimStart('-');
}

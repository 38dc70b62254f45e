using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using VaeSharp.Objectives;
using VaeSharp.Specs;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Cli.Drafts;

/// <summary>An experiment while it is put together. It knows who set what, and reports mistakes by the names that were typed.</summary>
internal sealed class ExperimentDraft
{
    private readonly List<Violation> problems = [];
    private readonly Origins origins = new();
    private JsonObject tree;

    /// <summary>Begins with a row of the zoo, on the default data.</summary>
    public ExperimentDraft(Row row) : this(new Experiment { Name = row.Name, Model = row.Spec })
    {
    }

    /// <summary>Begins with a whole experiment: a recipe.</summary>
    public ExperimentDraft(Experiment start) => tree = SpecWriter.ToJson(start);

    /// <summary>Options of the command, for suggestions.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Puts a file over what is there.</summary>
    public void Apply(JsonNode? file, string name)
    {
        if (file is not JsonObject changes)
        {
            problems.Add(new Violation("", $"'{name}' must hold a JSON object."));
            return;
        }
        changes = changes.DeepClone().AsObject();
        if (changes["model"] is JsonValue row && row.GetValueKind() == JsonValueKind.String)
            changes["model"] = SpecWriter.ToJson(ModelZoo.Find(row.GetValue<string>()).Spec);
        tree = Parts.Merge(tree, typeof(Experiment), changes)!.AsObject();
        origins.AddFile(changes, name);
    }

    /// <summary>Adds a penalty, or clears those there are.</summary>
    public void AddPenalty(string typed, string text) => Try(typed, () =>
    {
        var model = tree["model"] as JsonObject ?? [];
        if (model["penalties"] is not JsonArray list || text == "none")
            model["penalties"] = list = [];
        if (text == "none")
            return;
        var index = Parts.Add(list, typeof(PenaltySpec), PartText.Parse(text, typeof(PenaltySpec)));
        origins.Add($"model.penalties[{index}]", typed);
    });

    /// <summary>Sets any property.</summary>
    /// <param name="typed">The option as it was typed: <c>--beta</c>.</param>
    /// <param name="name">The property's name, as short as is unambiguous.</param>
    /// <param name="value">Its value as text.</param>
    public void Set(string typed, string name, string? value) => Try(typed, () =>
    {
        var (place, problem) = PropertyNames.Find([.. Places], name, value, Options);
        if (place is null)
            problems.Add(new Violation(typed, problem));
        else if (value is null)
            problems.Add(new Violation(typed, "a value must follow."));
        else
        {
            place.Owner[place.Property.JsonName()] = Value(place, place.Property, value);
            origins.Add(place.Path, typed);
        }
    });

    /// <summary>The experiment.</summary>
    /// <exception cref="SpecException">It cannot be carried out; all reasons are given.</exception>
    public Experiment Read() =>
        Read(experiment => Compatibility.Violations(experiment.Model, experiment.Data.Describe()));

    /// <summary>The same, where something else is done with it than to train its model.</summary>
    /// <param name="check">Why that cannot be done.</param>
    public Experiment Read(Func<Experiment, IEnumerable<Violation>> check)
    {
        Experiment? experiment = null;
        try
        {
            experiment = Experiment.FromJson(tree);
            problems.AddRange(check(experiment));
        }
        catch (SpecException failure)
        {
            problems.AddRange(failure.Violations.Select(origins.Name));
        }
        return problems.Count == 0 ? experiment! : throw new SpecException(problems);
    }

    /// <summary>A failure to read a file, beginning with the option that named the file.</summary>
    public Exception Named(Exception failure)
    {
        var place = Places.FirstOrDefault(place => origins.Knows(place.Path) && place.Owner[place.Property.JsonName()] is JsonValue value
            && value.GetValueKind() == JsonValueKind.String && Mentions(failure.Message, value.GetValue<string>()));
        if (place is null)
            return failure;
        var message = origins.Name(new Violation(place.Path, failure.Message)).ToString();
        return failure is IOException ? new IOException(message, failure) : new InvalidDataException(message, failure);
    }

    private IEnumerable<Place> Places => Place.Within(tree, typeof(Experiment));

    // As it was typed or in full; a folder also by a file in it.
    private static bool Mentions(string message, string path) => path.Length > 0 && !path.Contains('\0')
        && new[] { path, Path.GetFullPath(path) }.Any(name => message.Contains($"'{name}'", StringComparison.Ordinal)
            || message.Contains($"'{name.TrimEnd(Path.DirectorySeparatorChar)}{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    private static JsonNode? Value(Place place, PropertyInfo property, string value)
    {
        if (property.PropertyType.IsAssignableTo(typeof(Spec)))
            return Parts.Merge(place.Owner[property.JsonName()], property.PropertyType, PartText.Parse(value, property.PropertyType));
        if (Parts.ElementOf(property) is not { } element)
            return JsonValue.Create(value);
        return value is "none" or "" or "[]" ? new JsonArray() : new JsonArray(Parts.Merge(null, element, PartText.Parse(value, element)));
    }

    private void Try(string typed, Action edit)
    {
        try
        {
            edit();
        }
        catch (FormatException failure)
        {
            problems.Add(new Violation(typed, failure.Message));
        }
    }
}

using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Nodes;
using VaeSharp.Specs;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Cli.Verbs;

/// <summary>All that is known about a model or a part.</summary>
internal sealed class ShowPage
{
    private readonly string kind, name, summary, formula, paper;
    private readonly Spec spec;
    private readonly PageFlags flags;
    private readonly Row? row;

    private ShowPage(
        string kind, string name, string summary, string formula, string paper, Spec spec, PageFlags flags, Row? row = null) =>
        (this.kind, this.name, this.summary, this.formula, this.paper, this.spec, this.flags, this.row) =
            (kind, name, summary, formula, paper, spec, flags, row);

    /// <summary>The page of a row of the zoo.</summary>
    public static ShowPage Of(Row row) => new("model", row.Name, row.Summary, row.Formula, row.Paper, row.Spec, PageFlags.Of(row), row);

    /// <summary>The page of a recipe.</summary>
    public static ShowPage Of(Experiment recipe) => new("recipe", recipe.Recipe, recipe.Summary, "", "", recipe, PageFlags.Of(recipe));

    /// <summary>The page of a part.</summary>
    public static ShowPage Of(PartInfo part) =>
        new(part.Kind, part.Name, part.Summary, part.Formula, part.Paper, part.Default, PageFlags.Of(part));

    /// <summary>Writes the page.</summary>
    public void Write(Terminal terminal)
    {
        terminal.Heading($"{name} ({(kind == "data" ? "data set" : kind)})");
        terminal.Paragraph(summary);
        if (formula.Length > 0)
            terminal.Paragraph($"{(kind == "model" ? "minimises  " : "")}{formula}", indent: 4);
        if (paper.Length > 0)
            terminal.Paragraph(paper + (paper.EndsWith('.') ? "" : "."));
        if (row is { OtherNames.Count: > 0 })
            terminal.Paragraph($"Also known as {TextLayout.Join(row.OtherNames)}.");
        foreach (var more in new[] { row?.Differs, row?.Cost })
        {
            if (more is not { Length: > 0 })
                continue;
            terminal.Line();
            terminal.Paragraph(more);
        }
        if (spec is Experiment recipe)
        {
            WriteRecipe(terminal, recipe);
            return;
        }
        WriteOptions(terminal, kind == "model" ? "Choices" : "Options", spec, flags.Path);
        if (kind != "model")
        {
            terminal.Line();
            terminal.Line($"vae train {Example()}");
            return;
        }
        foreach (var (part, path) in Parts(spec, flags.Path))
            WriteOptions(terminal, $"Options of {Catalogue.Of(part).Kind} {Catalogue.Of(part).Name}", part, path);
        terminal.Line();
        terminal.Line($"vae train {name}");
    }

    /// <summary>The page for programs.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["kind"] = kind,
            ["name"] = name,
            ["summary"] = summary,
            ["formula"] = formula,
            ["paper"] = paper,
        };
        Add(row, json);
        json["options"] = new JsonArray([.. SpecProperties.Of(spec.GetType()).Select(property => new JsonObject
        {
            ["name"] = property.FlagName(),
            ["flag"] = flags.Path.Length > 0 ? flags.Of(flags.Path, property) : null,
            ["default"] = SpecWriter.ToJson(spec)[property.JsonName()]?.DeepClone(),
            ["range"] = Range(property),
            ["help"] = Documentation.Summary(property),
        })]);
        return json;
    }

    /// <summary>Adds what only rows of the zoo have.</summary>
    public static void Add(Row? row, JsonObject json)
    {
        if (row is null)
            return;
        json["group"] = row.Group;
        json["otherNames"] = new JsonArray([.. row.OtherNames.Select(other => (JsonNode)other)]);
        json["differs"] = row.Differs;
        json["cost"] = row.Cost;
    }

    private void WriteRecipe(Terminal terminal, Experiment recipe)
    {
        foreach (var (title, part, path) in new (string, Spec, string)[]
            { ("Model", recipe.Model, "model"), ("Training", recipe.Training, "training") })
        {
            WriteOptions(terminal, title, part, path);
            foreach (var (inner, at) in Parts(part, path).Where(inner => Catalogue.Parts.Any(known => known.Type == inner.Part.GetType())))
                WriteOptions(terminal, $"Options of {Catalogue.Of(inner).Kind} {Catalogue.Of(inner).Name}", inner, at);
        }
        WriteOptions(terminal, $"Data: {Catalogue.Of(recipe.Data).Name}", recipe.Data, "data");
        terminal.Line();
        terminal.Line($"vae train --recipe {recipe.Recipe}");
    }

    private void WriteOptions(Terminal terminal, string title, Spec spec, string path)
    {
        var rows = SpecProperties.Of(spec.GetType())
            .Select(property => (Option(flags.Of(path, property), property.GetValue(spec)), Help(property))).ToList();
        if (rows.Count == 0)
            return;
        terminal.Line();
        terminal.Heading(title);
        terminal.Rows(rows);
    }

    // Of a list of parts, the flag adds one.
    private static string Option(string flag, object? value) => value is IEnumerable<Spec> parts && parts.Any()
        ? string.Join(' ', parts.Select(part => $"{flag} {Text(part)}"))
        : $"{flag} {Text(value)}";

    private static string Text(object? value) => value switch
    {
        "" => "\"\"",
        IEnumerable<Spec> => "none",
        System.Collections.IEnumerable list and not string =>
            string.Join(',', list.Cast<object>().Select(TextLayout.Value)) is { Length: > 0 } text ? text : "\"\"",
        _ => TextLayout.Value(value),
    };

    private static string Help(PropertyInfo property) =>
        Documentation.Summary(property) + (Range(property) is { Length: > 0 } range ? $" ({range})" : "");

    private static string Range(PropertyInfo property) => property.PropertyType.IsEnum
        ? string.Join(", ", Enum.GetValues(property.PropertyType).Cast<Enum>().Select(value => SpecWriter.ToText(value)))
        : property.Bounds();

    /// <summary>The parts that a spec is made of, and the parts in them.</summary>
    internal static IEnumerable<Spec> Parts(Spec spec) => Parts(spec, "").Select(part => part.Part);

    private static IEnumerable<(Spec Part, string Path)> Parts(Spec spec, string path) => SpecProperties.Of(spec.GetType())
        .SelectMany(property => (property.GetValue(spec), PageFlags.Join(path, property)) switch
        {
            (Spec part, var at) => [(Part: part, Path: at)],
            (IEnumerable<Spec> parts, var at) => parts.Select((part, i) => (Part: part, Path: $"{at}[{i}]")),
            _ => Enumerable.Empty<(Spec Part, string Path)>(),
        })
        .SelectMany(part => Parts(part.Part, part.Path).Prepend(part));

    private string Example()
    {
        var own = SpecProperties.Of(spec.GetType()).Where(property => property.DeclaringType == spec.GetType());
        var option = own.FirstOrDefault(property => property.GetValue(spec) is int or long or double or Schedule);
        var model = flags.Row is { } row && row.Name != TrainVerb.DefaultModel ? $"{row.Name} " : "";
        var flag = model + (flags.Choice ?? $"--{kind}");
        if (SpecProperties.Of(spec.GetType()).FirstOrDefault(property => property.IsDefined(typeof(RequiredAttribute))) is { } required)
            return $"{flag} {name}:{required.FlagName()}=…";
        return option is null ? $"{flag} {name}" : $"{flag} {name}:{option.FlagName()}={Text(option.GetValue(spec))}";
    }
}

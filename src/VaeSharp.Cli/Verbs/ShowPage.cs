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
    private readonly Row? row;

    private ShowPage(string kind, string name, string summary, string formula, string paper, Spec spec, Row? row = null) =>
        (this.kind, this.name, this.summary, this.formula, this.paper, this.spec, this.row) =
            (kind, name, summary, formula, paper, spec, row);

    /// <summary>The page of a row of the zoo.</summary>
    public static ShowPage Of(Row row) => new("model", row.Name, row.Summary, row.Formula, row.Paper, row.Spec, row);

    /// <summary>The page of a recipe.</summary>
    public static ShowPage Of(Experiment recipe) => new("recipe", recipe.Recipe, recipe.Summary, "", "", recipe);

    /// <summary>The page of a part.</summary>
    public static ShowPage Of(PartInfo part) => new(part.Kind, part.Name, part.Summary, part.Formula, part.Paper, part.Default);

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
        WriteOptions(terminal, kind == "model" ? "Choices" : "Options", spec);
        if (kind != "model")
        {
            terminal.Line();
            terminal.Line($"vae train {Example()}");
            return;
        }
        foreach (var part in Parts(spec))
            WriteOptions(terminal, $"Options of {Catalogue.Of(part).Kind} {Catalogue.Of(part).Name}", part);
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

    private static void WriteRecipe(Terminal terminal, Experiment recipe)
    {
        foreach (var (title, part) in new (string, Spec)[] { ("Model", recipe.Model), ("Training", recipe.Training) })
        {
            WriteOptions(terminal, title, part);
            foreach (var inner in Parts(part).Where(inner => Catalogue.Parts.Any(known => known.Type == inner.GetType())))
                WriteOptions(terminal, $"Options of {Catalogue.Of(inner).Kind} {Catalogue.Of(inner).Name}", inner);
        }
        WriteOptions(terminal, $"Data: {Catalogue.Of(recipe.Data).Name}", recipe.Data);
        terminal.Line();
        terminal.Line($"vae train --recipe {recipe.Recipe}");
    }

    private static void WriteOptions(Terminal terminal, string title, Spec spec)
    {
        var rows = SpecProperties.Of(spec.GetType())
            .Select(property => ($"--{Flag(property)} {Text(property.GetValue(spec))}", Help(property))).ToList();
        if (rows.Count == 0)
            return;
        terminal.Line();
        terminal.Heading(title);
        terminal.Rows(rows);
    }

    private static string Flag(PropertyInfo property) => property.Name == nameof(VaeSpec.Penalties) ? "penalty" : property.FlagName();

    private static string Text(object? value) => value switch
    {
        "" => "\"\"",
        IEnumerable<object> list when !list.Any() => "none",
        System.Collections.IEnumerable list and not string => string.Join(',', list.Cast<object>().Select(SpecWriter.ToText)),
        _ => SpecWriter.ToText(value),
    };

    private static string Help(PropertyInfo property) =>
        Documentation.Summary(property) + (Range(property) is { Length: > 0 } range ? $" ({range})" : "");

    private static string Range(PropertyInfo property) => property.PropertyType.IsEnum
        ? string.Join(", ", Enum.GetValues(property.PropertyType).Cast<Enum>().Select(value => SpecWriter.ToText(value)))
        : property.Bounds();

    /// <summary>The parts that a spec is made of, and the parts in them.</summary>
    internal static IEnumerable<Spec> Parts(Spec spec)
    {
        var values = SpecProperties.Of(spec.GetType()).Select(property => property.GetValue(spec));
        return values.SelectMany(value => value as IEnumerable<Spec> ?? [.. new[] { value }.OfType<Spec>()])
            .SelectMany(part => Parts(part).Prepend(part));
    }

    private string Example()
    {
        var own = SpecProperties.Of(spec.GetType()).Where(property => property.DeclaringType == spec.GetType());
        var option = own.FirstOrDefault(property => property.GetValue(spec) is int or long or double or Schedule);
        var flag = kind == "rate" ? "--rate" : $"--{kind}";
        if (SpecProperties.Of(spec.GetType()).FirstOrDefault(property => property.IsDefined(typeof(RequiredAttribute))) is { } required)
            return $"{flag} {name}:{required.FlagName()}=…";
        return option is null ? $"{flag} {name}" : $"{flag} {name}:{option.FlagName()}={Text(option.GetValue(spec))}";
    }
}

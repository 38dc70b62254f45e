using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using VaeSharp.Specs;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Cli.Verbs;

/// <summary>Lists models and parts.</summary>
internal sealed partial class ListVerb : Verb
{
    private readonly Option<bool> json = CommonOptions.Json();
    private readonly Argument<string> kind = new("KIND")
    {
        Description = $"One list only: {string.Join(", ", Lists().Select(list => list.Name))}.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public ListVerb() : base("list", "List the models, the recipes, and the parts that they are made of, with their papers.")
    {
        Add(kind);
        Group("Options", json);
    }

    public override IReadOnlyList<(string Line, string What)> Examples =>
    [
        ("vae list", "Everything."),
        ("vae list models", "The zoo."),
        ("vae list likelihoods --json", "For programs."),
    ];

    public override int Run(ParseResult given, Terminal terminal) => Write(given.GetValue(kind), given.GetValue(json), terminal);

    /// <summary>Writes one list, or all of them.</summary>
    public static int Write(string? kind, bool json, Terminal terminal)
    {
        var lists = Select(kind);
        if (json)
        {
            foreach (var entry in lists.SelectMany(list => list.Entries))
                terminal.Line(entry.ToJson());
            return ExitCode.Success;
        }
        for (var i = 0; i < lists.Count; i++)
        {
            if (i > 0)
                terminal.Line();
            terminal.Heading(char.ToUpperInvariant(lists[i].Title[0]) + lists[i].Title[1..]);
            WriteEntries([.. lists[i].Entries], terminal);
        }
        terminal.Line();
        terminal.Line("'vae show NAME' tells more about each.");
        return ExitCode.Success;
    }

    /// <summary>Rows of the zoo stand under the headings of their groups, all other entries in one list.</summary>
    private static void WriteEntries(List<Entry> entries, Terminal terminal)
    {
        foreach (var group in entries.GroupBy(entry => entry.Row?.Group ?? ""))
        {
            if (group.Key.Length > 0)
                terminal.Heading(group.Key, indent: 2);
            terminal.Rows(group.Select(entry => (entry.Name, entry.Text)),
                indent: group.Key.Length > 0 ? 4 : 2, entries.Select(entry => entry.Name));
        }
    }

    private static List<List> Select(string? wanted)
    {
        var chosen = Lists().Where(list => wanted is null || wanted == list.Name || wanted == list.Kind || wanted == list.Title).ToList();
        return chosen.Count > 0
            ? chosen
            : throw new UsageException($"There is no list '{wanted}'. {Suggestion.For(wanted!, Lists().Select(list => list.Name))}");
    }

    private static IEnumerable<List> Lists() => Kinds.All
        .Select(kind => new List(kind.Kind, kind.List, kind.Plural, Kinds.PartsOf(kind.Kind).Select(Entry.Of)))
        .Prepend(new List("recipe", Kinds.Recipes, Kinds.Recipes, Recipes.All.Select(Entry.Of)))
        .Prepend(new List("model", Kinds.Models, Kinds.Models, ModelZoo.Rows.Select(Entry.Of)));

    /// <summary>A list.</summary>
    /// <param name="Kind">What each of its entries is.</param>
    /// <param name="Name">The word that asks for it.</param>
    /// <param name="Title">Its heading.</param>
    /// <param name="Entries">Its lines.</param>
    private sealed record List(string Kind, string Name, string Title, IEnumerable<Entry> Entries);

    /// <summary>A line of a list.</summary>
    private sealed partial record Entry(string Kind, string Name, string Summary, string Paper, string Formula)
    {
        /// <summary>The row of the zoo that it is, if it is one.</summary>
        public Row? Row { get; private init; }

        public string Text => Paper.Length == 0 ? Summary : $"{Summary} [{Short(Paper)}]";

        public static Entry Of(Row row) => new("model", row.Name, row.Summary, row.Paper, row.Formula) { Row = row };

        public static Entry Of(Experiment recipe) => new("recipe", recipe.Recipe, recipe.Summary, "", "");

        public static Entry Of(PartInfo part) => new(part.Kind, part.Name, part.Summary, part.Paper, part.Formula);

        public string ToJson()
        {
            var json = new JsonObject
            {
                ["kind"] = Kind,
                ["name"] = Name,
                ["summary"] = Summary,
                ["formula"] = Formula,
                ["paper"] = Paper,
            };
            ShowPage.Add(Row, json);
            return Drafts.Json.Compact(json);
        }

        /// <summary>Authors and year of each source, and what is said of it in brackets: what stands in front of the title.</summary>
        private static string Short(string paper) => string.Join("; ", paper.Split("; ")
            .Select(source => Year().Match(source) is { Success: true } year ? source[..(year.Index + year.Length)] : source));

        [GeneratedRegex(@"\b(19|20)\d\d\b( \([^)]*\))?")]
        private static partial Regex Year();
    }
}

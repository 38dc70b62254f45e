using System.Reflection;
using VaeSharp.Specs;
using VaeSharp.Zoo;

namespace VaeSharp.Cli.Verbs;

/// <summary>The kinds of things that can be listed, in the order in which a person meets them.</summary>
internal static class Kinds
{
    /// <summary>The heading of the zoo.</summary>
    public const string Models = "models";

    /// <summary>The heading of the recipes.</summary>
    public const string Recipes = "recipes";

    private static readonly string[] Order =
    [
        "network", "posterior", "prior", "likelihood", "objective", "rate", "penalty", "kernel", "condition", "corruption", "hierarchy",
        "data", "optimizer", "schedule",
    ];

    /// <summary>Each kind of part: its name, the word that asks for its list, and the heading of that.</summary>
    public static IReadOnlyList<(string Kind, string List, string Plural)> All { get; } =
    [
        .. Catalogue.Parts.Select(part => KindOf(part.Type)).OfType<PartKindAttribute>()
            .Select(kind => (Kind: kind.Name, kind.List, kind.Plural)).Distinct()
            .OrderBy(kind => Array.IndexOf(Order, kind.Kind) is var i and >= 0 ? i : Order.Length),
    ];

    /// <summary>The parts of a kind that a person can choose.</summary>
    public static IEnumerable<PartInfo> PartsOf(string kind) =>
        Catalogue.Parts.Where(part => part.Kind == kind && part.Type != typeof(Data.MemorySpec));

    /// <summary>
    /// What a name names: the rows, recipes and parts that share it, or those of one kind as in <c>rate:weighted</c>. Where nothing has the
    /// name, the row that has it among its other names.
    /// </summary>
    /// <exception cref="UsageException">Nothing has it; the message suggests the nearest.</exception>
    public static Named Find(string name) => FindOrNull(name)
        ?? throw new UsageException(Suggestion.Nearest(name.Split(':')[^1], Names) is { } near
            ? $"There is no model, recipe or part '{name}'. Did you mean '{near}'?"
            : $"There is no model, recipe or part '{name}'. 'vae list' names all.");

    /// <summary>As <see cref="Find"/>, but null where nothing has the name.</summary>
    public static Named? FindOrNull(string name)
    {
        var (kind, bare) = name.Split(':', 2) is [var left, var right] ? (left, right) : ("", name);
        var named = new Named(
            [.. ModelZoo.Rows.Where(row => kind is "" or "model" && row.Name == bare)],
            [.. VaeSharp.Training.Recipes.All.Where(recipe => kind is "" or "recipe" && recipe.Recipe == bare)],
            [.. All.Where(known => kind.Length == 0 || known.Kind == kind)
                .SelectMany(known => PartsOf(known.Kind)).Where(part => part.Name == bare)]);
        if (named.Rows.Count + named.Recipes.Count + named.Parts.Count > 0)
            return named;
        return kind is "" or "model" && ModelZoo.FindOrNull(bare) is { } row ? new Named([row], [], []) : null;
    }

    // Every name, and what it is a name of: a name of a row or part first, then other names that rows have.
    private static IEnumerable<(string Name, string Told)> Names =>
        ModelZoo.Rows.Select(row => row.Name)
            .Concat(VaeSharp.Training.Recipes.All.Select(recipe => recipe.Recipe))
            .Concat(All.SelectMany(kind => PartsOf(kind.Kind)).Select(part => part.Name))
            .Select(name => (name, name)).Concat(ModelZoo.Names);

    private static PartKindAttribute? KindOf(Type? type) =>
        type is null ? null : type.GetCustomAttribute<PartKindAttribute>(inherit: false) ?? KindOf(type.BaseType);
}

/// <summary>What has a name.</summary>
internal sealed record Named(IReadOnlyList<Row> Rows, IReadOnlyList<VaeSharp.Training.Experiment> Recipes, IReadOnlyList<PartInfo> Parts);

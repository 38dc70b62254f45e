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
        "network", "posterior", "prior", "likelihood", "objective", "rate", "penalty", "kernel", "condition", "corruption", "data", "optimizer",
        "schedule",
    ];

    /// <summary>Each kind of part: its name, and the heading of its list.</summary>
    public static IReadOnlyList<(string Kind, string Plural)> All { get; } =
    [
        .. Catalogue.Parts.Select(part => (part.Kind, Plural: PluralOf(part.Type))).Distinct()
            .OrderBy(kind => Array.IndexOf(Order, kind.Kind) is var i and >= 0 ? i : Order.Length),
    ];

    /// <summary>The parts of a kind that a person can choose.</summary>
    public static IEnumerable<PartInfo> PartsOf(string kind) =>
        Catalogue.Parts.Where(part => part.Kind == kind && part.Type != typeof(Data.MemorySpec));

    /// <summary>Every name of a row or part.</summary>
    public static IEnumerable<string> Names =>
        ModelZoo.Rows.Select(row => row.Name)
            .Concat(VaeSharp.Training.Recipes.All.Select(recipe => recipe.Recipe))
            .Concat(All.SelectMany(kind => PartsOf(kind.Kind)).Select(part => part.Name));

    private static string PluralOf(Type? type) =>
        type is null ? "" : type.GetCustomAttribute<PartKindAttribute>(inherit: false)?.Plural ?? PluralOf(type.BaseType);
}

using System.Text.Json.Nodes;
using VaeSharp.Specs;

namespace VaeSharp.Training;

/// <summary>Whole experiments under a name: a model, its training and its data, as somebody published them.</summary>
/// <remarks>They are the files of the folder <c>recipes</c>, and each can be copied and changed: <c>--config mine.json</c>.</remarks>
public static class Recipes
{
    private const string Prefix = "recipes/";

    private static readonly Lazy<IReadOnlyList<Experiment>> Known = new(() => [.. typeof(Recipes).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Read)]);

    /// <summary>All recipes, by name.</summary>
    public static IReadOnlyList<Experiment> All => Known.Value;

    /// <summary>The recipe with a name.</summary>
    /// <exception cref="SpecException">There is none; the message suggests the nearest names.</exception>
    public static Experiment Find(string name) => All.FirstOrDefault(recipe => recipe.Recipe == name)
        ?? throw new SpecException($"There is no recipe '{name}'. {Suggestion.For(name, All.Select(recipe => recipe.Recipe))}");

    private static Experiment Read(string resource)
    {
        using var stream = typeof(Recipes).Assembly.GetManifestResourceStream(resource)!;
        return Experiment.FromJson(JsonNode.Parse(stream));
    }
}

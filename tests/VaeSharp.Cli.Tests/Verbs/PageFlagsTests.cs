using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Nodes;
using VaeSharp.Cli.Drafts;
using VaeSharp.Cli.Tests.Support;
using VaeSharp.Conditions;
using VaeSharp.Specs;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Cli.Tests.Verbs;

/// <summary>What a page says can be typed does what the page says.</summary>
public class PageFlagsTests
{
    public static TheoryData<string> Rows => [.. ModelZoo.Rows.Select(row => row.Name)];

    public static TheoryData<string> PlainRecipes =>
        [.. Recipes.All.Where(recipe => recipe.Model.Condition is NoConditionSpec).Select(recipe => recipe.Recipe)];

    /// <summary>Those that need nothing of the user's own.</summary>
    public static TheoryData<string> ReadyParts => [.. Parts.Where(part => !SpecProperties.Of(part.Type)
        .Any(property => property.IsDefined(typeof(RequiredAttribute), inherit: true))).Select(Named)];

    private static IEnumerable<PartInfo> Parts => Cli.Verbs.Kinds.All.SelectMany(kind => Cli.Verbs.Kinds.PartsOf(kind.Kind));

    /// <summary>
    /// A file spoils every option of the model, and the page's flags, each with the default that stands there, must mend them all: a flag
    /// that led elsewhere would leave its own spoilt, and change what it led to.
    /// </summary>
    [Theory, MemberData(nameof(Rows))]
    public void Each_flag_on_a_model_s_page_sets_its_property_and_no_other(string row)
    {
        var experiment = new Experiment { Name = row, Model = ModelZoo.Find(row).Spec };
        Mend(experiment, ["model"], Vae.Run("show", $"model:{row}"), row);
    }

    /// <summary>But for --beta, which of the recipes that are told the label is their script's flag.</summary>
    [Theory, MemberData(nameof(PlainRecipes))]
    public void Each_flag_on_a_recipe_s_page_sets_its_property_and_no_other(string recipe) =>
        Mend(Recipes.Find(recipe), ["model", "training", "data"], Vae.Run("show", $"recipe:{recipe}"), "--recipe", recipe);

    [Theory]
    [InlineData("density-ratio", "--penalty.optimizer adam")]
    [InlineData("perceptual", "--likelihood.weights \"\"")]
    [InlineData("perceptual", "--likelihood.seed 0")]
    [InlineData("digits", "--data.seed 0")]
    [InlineData("adam", "--learning-rate 0.001")]
    [InlineData("imq", "vae train wae-mmd --kernel imq")]
    public void A_part_s_page_has_flags_that_lead_to_the_part(string part, string expected) =>
        Assert.Contains(Vae.Run("show", part).Lines, line => line.Trim().StartsWith(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("density-ratio", "vae train --penalty density-ratio:gamma=35")]
    [InlineData("pixel-cnn", "vae train vq-vae --prior pixel-cnn:layers=8")]
    [InlineData("two-level-quantised", "vae train vq-vae-2 --posterior two-level-quantised:blocks=2")]
    [InlineData("joint-capacity", "vae train joint-vae --rate joint-capacity")]
    public void A_part_s_page_ends_with_the_default_model_or_the_first_that_the_part_goes_with(string part, string expected) =>
        Assert.StartsWith(expected, Vae.Run("show", part).Lines[^1]);

    [Theory, MemberData(nameof(ReadyParts))]
    public void The_last_line_of_a_part_s_page_can_be_typed(string part)
    {
        var words = Vae.Run("show", part).Lines[^1].Split(' ');
        Assert.Equal(["vae", "train"], words[..2]);
        var outcome = Vae.Run([.. words[1..], "--dry-run"]);
        Assert.True(outcome.Code == 0, outcome.Error);
    }

    /// <summary>A script's flag that is also a bare name of an option of the model that was named.</summary>
    [Fact]
    public void A_flag_of_recipes_that_the_model_has_too_says_how_the_model_s_is_typed()
    {
        var outcome = Vae.Run("train", "perceptual-vae", "--weights", "features.safetensors");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("this flag needs a recipe", outcome.Error);
        Assert.EndsWith("'perceptual-vae' has another, --likelihood.weights.", outcome.Error.TrimEnd());
        Assert.DoesNotContain("another", Vae.Run("train", "vae", "--weights", "features.safetensors").Error);
    }

    /// <summary>Programs are told the flags of the page for people.</summary>
    [Theory, InlineData("model:rae"), InlineData("perceptual"), InlineData("density-ratio"), InlineData("digits")]
    public void Json_has_the_flags_of_the_page(string name)
    {
        var options = JsonNode.Parse(Assert.Single(Vae.Run("show", name, "--json").Lines))!["options"]!.AsArray();
        Assert.NotEmpty(options);
        var page = Flags(Vae.Run("show", name).Lines);
        Assert.All(options, option => Assert.Contains((string)option!["flag"]!, page));
    }

    [Fact]
    public void A_page_has_numbers_that_can_be_read_and_json_has_them_in_full()
    {
        Assert.Contains("--sigma 0.707107 ", Vae.Run("show", "rae").Out);
        Assert.Contains("0.7071067811865476", Vae.Run("show", "rae", "--json").Out);
        Assert.Contains("--epsilon 1e-8 ", Vae.Run("show", "adam").Out);
        Assert.All(Parts.Select(Named).Concat(Rows.Select(row => $"model:{row.Data}")),
            name => Assert.DoesNotMatch(@"\dE[-+]\d|\d\.\d{10}", Vae.Run("show", name).Out));
    }

    private static string Named(PartInfo part) => $"{part.Kind}:{part.Name}";

    private static void Mend(Experiment experiment, string[] spoilt, Outcome page, params string[] arguments)
    {
        var expected = SpecWriter.ToJson(experiment);
        var flags = Flags(page.Lines);
        Assert.DoesNotContain(flags, flag => flag.Contains('['));                           // a shell takes brackets for a pattern
        var properties = Place.Within(expected, typeof(Experiment))
            .Where(place => place.Path.Split('.') is [var part, _, ..] && spoilt.Contains(part));
        Assert.Equal(properties.Count(), flags.Where(flag => flag.StartsWith("--", StringComparison.Ordinal)).Distinct().Count());

        using var folder = new TemporaryFolder();
        var file = new JsonObject(spoilt.Select(part => KeyValuePair.Create<string, JsonNode?>(part, Spoilt(expected[part]!))));
        File.WriteAllText(folder["spoilt.json"], file.ToJsonString());
        var outcome = Vae.Run(["train", .. arguments, "--config", folder["spoilt.json"], .. flags, "--dry-run", "--json"]);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal(Rounded(expected), Rounded(JsonNode.Parse(outcome.Out)!["experiment"]!));
    }

    private static List<string> Flags(IEnumerable<string> page) =>
    [
        .. page.Where(line => line.StartsWith("  --", StringComparison.Ordinal)).SelectMany(line => line.Trim().Split("  ")[0].Split(' '))
            .Select(word => word == "\"\"" ? "" : word),
    ];

    private static JsonNode Spoilt(JsonNode node) => node switch
    {
        JsonObject json => new JsonObject(json.Select(pair =>
            KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Key == SpecWriter.Kind ? pair.Value!.DeepClone() : Spoilt(pair.Value!)))),
        JsonArray { Count: > 0 } list when list[0] is JsonObject => new JsonArray([.. list.Select(item => Spoilt(item!))]),
        _ => JsonValue.Create("spoilt"),
    };

    // Pages have six digits of a number.
    private static string Rounded(JsonNode node) => node switch
    {
        JsonObject json => $"{{{string.Join(", ", json.Select(pair => $"{pair.Key}: {Rounded(pair.Value!)}"))}}}",
        JsonArray list => $"[{string.Join(", ", list.Select(item => Rounded(item!)))}]",
        _ => double.TryParse(node.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number.ToString("G6", CultureInfo.InvariantCulture) : node.ToString(),
    };
}

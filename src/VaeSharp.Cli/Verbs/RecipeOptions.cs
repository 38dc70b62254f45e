using System.CommandLine;
using System.Globalization;
using VaeSharp.Cli.Drafts;
using VaeSharp.Conditions;
using VaeSharp.Training;
using VaeSharp.Zoo;
using static VaeSharp.Cli.CommonOptions;

namespace VaeSharp.Cli.Verbs;

/// <summary>A recipe, and the flags of the Keras scripts, which exist with one only.</summary>
internal sealed class RecipeOptions
{
    private const string Plain = "cvae";
    private const string Weighted = "beta_cvae";
    private const string Beta = "--beta";

    public Option<string> Name { get; } = Text("--recipe", "NAME",
        $"A whole experiment: {string.Join(", ", Names)}. 'vae list recipes' tells what they are.");

    public Option<string> Weights { get; } = Text("--weights", "FILE",
        "Take the weights from a file and train nothing: Keras's .h5, .weights.h5 or .keras, safetensors, or a run.", "-w");

    public Option<bool> Mse { get; } = Switch("--mse", "Squared error instead of cross-entropy: a Gaussian likelihood with σ = √½.", "-m");

    public Option<string> Letter { get; } =
        Text("-b", "B", $"Weight β of the divergence, as --beta: above 1 makes {Plain} {Weighted}; below 1 means 1.");

    public Option<string> Digit { get; } = Digits();

    /// <summary>The letters, as help groups them.</summary>
    public Option[] All => [Name, Weights, Mse, Letter, Digit];

    /// <summary>The class whose images over the plane of codes are drawn.</summary>
    public static Option<string> Digits() => Text("--digit", "N",
        "Of models that are told a label: the digit that is drawn over the plane of codes; by default one that the seed chooses.", "-d");

    /// <summary>Refuses a letter without a recipe, and one that the recipe's script does not have.</summary>
    /// <param name="given">What was typed.</param>
    /// <param name="model">The model that was named; null where none was.</param>
    /// <exception cref="UsageException">There is such a letter.</exception>
    public void Check(ParseResult given, string? model)
    {
        Option[] letters = [Weights, Mse, Letter, Digit];
        var typed = letters.FirstOrDefault(letter => given.GetResult(letter) is { Implicit: false });
        if (typed is null)
            return;
        if (given.GetValue(Name) is not { } name)
        {
            var own = model is null ? null : PageFlags.Of(ModelZoo.Find(model)).Named(typed.Name.TrimStart('-'));
            throw new UsageException($"{given.Typed(typed)}: this flag needs a recipe: --recipe {TextLayout.Join(Names, "or")}."
                + (own is null ? "" : $" '{model}' has another, {own}."));
        }
        CheckTold(given, name, Letter);
        CheckTold(given, name, Digit);
    }

    /// <summary>Refuses <c>-b</c> without a recipe that has it.</summary>
    /// <exception cref="UsageException">It was typed.</exception>
    public void CheckBeta(ParseResult given)
    {
        if (given.GetValue(Letter) is null)
            return;
        var name = given.GetValue(Name)
            ?? throw new UsageException($"{given.Typed(Letter)}: this flag needs a recipe: --recipe {Plain} or {Weighted}.");
        CheckTold(given, name, Letter);
    }

    private static void CheckTold(ParseResult given, string name, Option<string> letter)
    {
        if (given.GetValue(letter) is null || Recipes.Find(name).Model.Condition is LabelConditionSpec)
            return;
        throw new UsageException(
            $"{given.Typed(letter)}: recipe '{name}' is not told the digit, and has no such flag; {Plain} and {Weighted} have it.");
    }

    /// <summary>
    /// The recipe with its letters applied. A <c>--beta</c> with a number is the script's flag, and is taken out of the others.
    /// </summary>
    /// <exception cref="Specs.SpecException">There is no such recipe.</exception>
    public ExperimentDraft Draft(ParseResult given, IReadOnlyList<string> options, ref IReadOnlyList<PropertyFlag> flags)
    {
        var recipe = Recipes.Find(given.GetValue(Name)!);
        var beta = given.GetValue(Letter) is { } text ? Number(Letter.Name, text) : null;
        var isTold = recipe.Model.Condition is LabelConditionSpec;
        if (isTold && flags.FirstOrDefault(flag => flag.Typed == Beta && IsNumber(flag.Value)) is { } script)
        {
            beta = Number(Beta, script.Value!);
            flags = [.. flags.Where(flag => flag != script)];
        }
        if (beta is { } weight)
            recipe = Recipes.Find(weight > 1 ? Weighted : Plain);
        var draft = new ExperimentDraft(recipe) { Options = options };
        if (beta > 1)
            draft.Set(Letter.Name, "model.objective.rate.beta", beta.Value.ToString("R", CultureInfo.InvariantCulture));
        if (given.GetValue(Mse))
            UseSquaredError(draft);
        return draft;
    }

    /// <summary>
    /// With σ² = ½ the Gaussian −log p(x|z) is Σ (x − y)², which is 784 × the mean squared error, and the constant ½ D log π.
    /// </summary>
    public static void UseSquaredError(ExperimentDraft draft) =>
        draft.Set("-m", "likelihood", string.Create(CultureInfo.InvariantCulture, $"gaussian:sigma={Math.Sqrt(0.5):R}"));

    /// <summary>The class that was asked for; null where none was, or where the model is not told one.</summary>
    /// <exception cref="UsageException">There is no such class.</exception>
    public int? DigitOf(ParseResult given, Experiment experiment) =>
        given.GetValue(Digit) is null
            ? null
            : given.Whole(Digit, 0, least: 0, most: Math.Max(0, (experiment.Data.Describe()?.Classes ?? 1000) - 1));

    private static IEnumerable<string> Names => Recipes.All.Select(recipe => recipe.Recipe);

    private static bool IsNumber(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static double? Number(string name, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw new UsageException($"{name}: must be a number, got '{text}'.");
}

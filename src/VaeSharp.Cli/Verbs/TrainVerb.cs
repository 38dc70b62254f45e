using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using VaeSharp.Cli.Drafts;
using VaeSharp.Cli.Training;
using VaeSharp.Data;
using VaeSharp.Specs;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Cli.Verbs;

/// <summary>Trains a model and draws its pictures.</summary>
internal sealed class TrainVerb : Verb
{
    /// <summary>What is trained where no model is named.</summary>
    public const string DefaultModel = "vae";

    private readonly TrainOptions options = new();
    private readonly Argument<string> model = new("MODEL")
    {
        Description = $"A model of the zoo ('vae list'). By default {DefaultModel}.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public TrainVerb() : base("train", "Train a model, and draw pictures of what it learned.")
    {
        Add(model);
        foreach (var (title, members) in options.Groups)
            Group(title, members);
    }

    /// <summary>What was typed that is no option: properties of the experiment.</summary>
    public IReadOnlyList<PropertyFlag> Flags { get; set; } = [];

    public override IReadOnlyList<string> Notes =>
    [
        "A PART is a name with its options behind a colon: --objective iwae:samples=50. 'vae show NAME' explains a part and its options.",
        "Any other property is a flag too, as long as exactly one chosen part has it: --beta 4, --hidden 256,128, --learning-rate 1e-4. "
            + "Where several have it, its part says which: --penalty.gamma 10. "
            + "A weight can change while training: --beta linear:0..4@10epochs.",
        "Later settings win: the model's row or the recipe with its letters, --config, parts, then single properties.",
    ];

    public override IReadOnlyList<(string Line, string What)> Examples =>
    [
        ("vae train", "The first model on the first data: in a minute or two there are pictures."),
        ("vae train beta-vae --data mnist --beta 8 --latent 16", "A row of the zoo, with other numbers."),
        ("vae train --likelihood gaussian:sigma=0.1 --network conv", "Other choices."),
        ("vae train cvae --data folder:path=photos,resize=32 --likelihood gaussian",
            "Your own pictures, told by the names of their folders."),
        ("vae train --recipe cvae -b 4 -d 3", "A Keras script under its own flags: see 'A recipe' above."),
        ("vae train --resume runs/vae-digits-1 --epochs 60", "Go on, for 60 epochs in all."),
        ("vae train iwae --dry-run > mine.json", "Write down the whole experiment, to change and to train with --config mine.json."),
    ];

    public override int Run(ParseResult given, Terminal terminal)
    {
        if (given.GetValue(options.Resume) is { } run)
            return Resume(run, given, terminal);
        options.Recipe.Check(given, given.GetValue(model));
        if (given.GetValue(options.Recipe.Name) is { } recipe && given.GetValue(model) is { } row)
            throw new UsageException($"--recipe {recipe} is a whole experiment, model and all: leave out '{row}'.");
        var draft = Draft(given);
        try
        {
            return Train(given, terminal, draft.Read());
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            throw draft.Named(failure);
        }
    }

    private int Train(ParseResult given, Terminal terminal, Experiment experiment)
    {
        experiment = experiment with { Data = experiment.Data.AtFullPaths() };
        var digit = options.Recipe.DigitOf(given, experiment);
        if (given.GetValue(options.DryRun))
            return new DryRun(experiment, Context(given, terminal)).Write(terminal, given.GetValue(options.Json));
        var folder = given.GetValue(options.Out) ?? RunFolder.Fresh("runs", $"{experiment.Name}-{Catalogue.Of(experiment.Data).Name}");
        RunFolder.ExpectFree(folder);
        try
        {
            var job = Job(given, terminal, experiment, folder, digit);
            return given.GetValue(options.Recipe.Weights) is { } weights ? job.Import(weights) : job.Start();
        }
        finally
        {
            if (given.GetValue(options.Out) is null)
                RunFolder.GiveBack(folder);                               // what the user named stays, even if it is empty
        }
    }

    private int Resume(string run, ParseResult given, Terminal terminal)
    {
        string[] allowed = ["--resume", "--epochs", "--data-dir", "--quiet", "--json"];
        var typed = Options.Where(option => given.GetResult(option) is { Implicit: false }).Select(option => option.Name);
        List<string> others = [.. typed.Except(allowed), .. Flags.Select(flag => flag.Typed)];
        if (given.GetValue(model) is { } name)
            others.Add($"the model '{name}'");
        if (others.Count > 0)
            throw new UsageException("--resume goes on with a run as it is; only --epochs can change: "
                + $"leave out {TextLayout.Join(others)}.");
        var epochs = options.Training[0];
        RunFolder.Expect(run);
        RunFolder.ExpectTraining(run);
        var experiment = Experiment.Load(Path.Combine(run, "experiment.json"));
        int? count = given.GetValue(epochs) is null ? null : given.Whole(epochs, 0);
        return Job(given, terminal, experiment, run, digit: null).Resume(count);
    }

    private ExperimentDraft Draft(ParseResult given)
    {
        var config = given.GetValue(options.Config);
        var file = config is null ? null : Experiment.ReadJson(config);
        string[] names = [.. Options.Select(option => option.Name.TrimStart('-'))];
        var flags = Flags;
        var draft = given.GetValue(options.Recipe.Name) is null
            ? new ExperimentDraft(Row(given.GetValue(model), file)) { Options = names }
            : options.Recipe.Draft(given, names, ref flags);
        if (config is not null)
            draft.Apply(file, config);
        foreach (var choice in options.Choices.Concat(options.TrainingParts).Append(options.Data))
            Set(draft, choice, given);
        foreach (var penalty in given.GetValue(options.Penalty) ?? [])
            draft.AddPenalty(options.Penalty.Name, penalty);
        foreach (var option in options.Training.Append(options.Latent))
            Set(draft, option, given);
        foreach (var text in given.GetValue(options.Set) ?? [])
        {
            var (name, value) = text.Split('=', 2) is [var left, var right] ? (left, right) : (text, null);
            draft.Set($"--set {name}", name, value);
        }
        foreach (var flag in flags)
            draft.Set(flag.Typed, flag.Name, flag.Value);
        return draft;
    }

    internal static void Set(ExperimentDraft draft, Option<string> option, ParseResult given)
    {
        if (given.GetValue(option) is { } text)
            draft.Set(option.Name, option.Name.TrimStart('-'), text);
    }

    /// <summary>The row that was named; without a name the one that the file began as, where that is one.</summary>
    private static Row Row(string? name, JsonNode? file)
    {
        if (name is not null)
            return ModelZoo.Find(name);
        var begun = (file as JsonObject)?["name"] is JsonValue value && value.GetValueKind() == JsonValueKind.String
            ? value.GetValue<string>() : null;
        return ModelZoo.Rows.FirstOrDefault(row => row.Name == begun) ?? ModelZoo.Find(DefaultModel);
    }

    private DataContext Context(ParseResult given, Terminal terminal) => RunData.Context(given.GetValue(options.DataDir), terminal);

    private TrainingJob Job(ParseResult given, Terminal terminal, Experiment experiment, string folder, int? digit) => new(
        experiment, folder, terminal)
    {
        Digit = digit,
        Data = Context(given, terminal),
        DataDir = given.GetValue(options.DataDir),
        Display = TrainingDisplay.For(terminal, given.GetValue(options.Quiet), given.GetValue(options.Json)),
    };
}

using System.CommandLine;
using VaeSharp.Specs;
using static VaeSharp.Cli.CommonOptions;

namespace VaeSharp.Cli.Verbs;

/// <summary>The options of <c>train</c>, by what they are for.</summary>
internal sealed class TrainOptions
{
    public RecipeOptions Recipe { get; } = new();

    /// <summary>The choices, in the order in which they are applied: a part before the parts in it.</summary>
    public IReadOnlyList<Option<string>> Choices { get; } =
    [
        Choice("network"), Choice("posterior"), Choice("prior"), Choice("likelihood"), Choice("objective"), Choice("rate"),
        Choice("condition"), Choice("corruption"), Choice("hierarchy"),
    ];

    public Option<string[]> Penalty { get; } = new("--penalty")
    {
        HelpName = "PART",
        Description = $"Add a loss beside the objective, or change the model's: {Names("penalty")}. Repeatable; 'none' clears them.",
        Arity = ArgumentArity.OneOrMore,
    };

    public Option<string> Latent { get; } = Text("--latent", "N", "Number of latent units.");

    /// <summary>Properties of the training as a whole.</summary>
    public IReadOnlyList<Option<string>> Training { get; } =
    [
        Text("--epochs", "N", "Number of passes over the training data. By default 30."),
        Text("--batch-size", "N", "Number of examples in a step. By default 128."),
        Text("--validation", "WHAT", "What chooses the best weights: a share of the training data (by default 0.1), test, or none."),
        Seed(),
        Device(),
        Text("--threads", "N", "Number of processor threads. By default one on each core, or what OMP_NUM_THREADS says."),
        Text("--precision", "NAME", "Number format of products in training: auto, fp32 or bf16."),
    ];

    public IReadOnlyList<Option<string>> TrainingParts { get; } = [Choice("optimizer"), Choice("schedule")];

    public Option<string> Data { get; } =
        Text("--data", "PART", $"The data set: {Names("data", except: "memory")}. "
            + "As mnist, npy:path=x.npy, folder:path=DIR,resize=64. By default digits.");

    public Option<string> DataDir { get; } = DataFolder();

    public Option<string[]> Set { get; } = new("--set")
    {
        HelpName = "NAME=VALUE",
        Description = "Set any property, by as much of its name as is needed: --set beta=4, --set model.objective.rate.beta=4. Repeatable.",
        Arity = ArgumentArity.OneOrMore,
    };

    public Option<string> Config { get; } =
        Text("--config", "FILE", "An experiment in JSON, or a part of one, put over the model's: such as the experiment.json of a run.");

    public Option<string> Out { get; } = CommonOptions.Out("The run's folder. By default runs/MODEL-DATA-NUMBER.");

    public Option<string> Resume { get; } =
        Text("--resume", "RUN", "Go on with a run, exactly as if it had never stopped; with --epochs, for longer.");

    public Option<bool> DryRun { get; } =
        Switch("--dry-run", "Write the experiment with every property, and its number of parameters; train nothing.");

    public Option<bool> Quiet { get; } = CommonOptions.Quiet();

    public Option<bool> Json { get; } = CommonOptions.Json();

    /// <summary>All of them, as help groups them.</summary>
    public IEnumerable<(string Title, Option[] Options)> Groups =>
    [
        ("A recipe", Recipe.All),
        ("The model", [Latent, .. Choices, Penalty]),
        ("The data", [Data, DataDir]),
        ("The training", [.. Training, .. TrainingParts]),
        ("The experiment", [Set, Config, DryRun]),
        ("The run", [Out, Resume, Quiet, Json]),
    ];

    /// <summary>Those that set a property of the experiment, which has their name.</summary>
    public IEnumerable<Option> Properties => [Latent, Penalty, Data, .. Choices, .. Training, .. TrainingParts];

    /// <summary>The option that chooses a part of a kind.</summary>
    public static Option<string> Choice(string kind) => Text($"--{kind}", "PART", $"{Meaning(kind)}: {Names(kind)}.");

    private static string Meaning(string kind) => kind switch
    {
        "network" => "Architecture of encoder and decoder",
        "posterior" => "q(z|x)",
        "prior" => "p(z)",
        "likelihood" => "p(x|z)",
        "objective" => "The bound",
        "rate" => "How the divergence enters the bound",
        "condition" => "What is told beside x and z",
        "corruption" => "What is done to the encoder's input while training",
        "hierarchy" => "Latent variables above each other",
        "optimizer" => "How gradients move the model",
        "schedule" => "How the step size changes",
        _ => kind,
    };

    private static string Names(string kind, string except = "") =>
        string.Join(", ", Catalogue.Parts.Where(part => part.Kind == kind && part.Name != except).Select(part => part.Name));
}

using System.CommandLine;
using VaeSharp.Cli.Drafts;
using VaeSharp.Cli.Training;
using VaeSharp.Specs;
using VaeSharp.Training;

namespace VaeSharp.Cli.Verbs;

/// <summary>Makes a run of weights that were trained elsewhere.</summary>
internal sealed class ImportVerb : Verb
{
    private readonly RecipeOptions recipe = new();
    private readonly Option<string> config =
        CommonOptions.Text("--config", "FILE", "Instead of a recipe: an experiment in JSON, such as the experiment.json of a run.");

    private readonly Option<string> dataDir = CommonOptions.DataFolder();
    private readonly Option<string> output = CommonOptions.Out("The run's folder. By default runs/MODEL-DATA-NUMBER.");

    public ImportVerb() : base("import", "Make a run of weights that were trained elsewhere: by a Keras script, or another program.") =>
        Group("Options", recipe.Name, config, recipe.Weights, recipe.Mse, recipe.Letter, output, dataDir);

    public override IReadOnlyList<(string Line, string What)> Examples =>
    [
        ("vae import --recipe cvae -w cvae.weights.h5 --out runs/mine",
            "From then on it is a run like any other: plot, sample, encode, export."),
        ("vae import --config mine.json -w weights.safetensors", "Weights of a model that is no recipe."),
    ];

    public override int Run(ParseResult given, Terminal terminal)
    {
        var file = given.GetValue(recipe.Weights) ?? throw new UsageException("--weights: the file of weights is missing.");
        var experiment = ExperimentOf(given);
        var data = experiment.Data.Describe() ?? experiment.LoadData(RunData.Context(given.GetValue(dataDir), terminal)).Train.Spec;
        var folder = given.GetValue(output) ?? RunFolder.Fresh("runs", $"{experiment.Name}-{Catalogue.Of(experiment.Data).Name}");
        try
        {
            RunImport.Create(experiment, data, file, folder);
        }
        finally
        {
            if (given.GetValue(output) is null)
                RunFolder.GiveBack(folder);
        }
        terminal.Line(folder);
        return ExitCode.Success;
    }

    private Experiment ExperimentOf(ParseResult given)
    {
        var (name, path) = (given.GetValue(recipe.Name), given.GetValue(config));
        if ((name is null) == (path is null))
            throw new UsageException("Say what the weights are of: --recipe NAME, or --config FILE with an experiment; one of the two.");
        recipe.CheckBeta(given);
        IReadOnlyList<PropertyFlag> flags = [];
        var draft = name is null ? new ExperimentDraft(new Experiment()) : recipe.Draft(given, [], ref flags);
        if (path is not null)
            draft.Apply(Experiment.ReadJson(path), path);
        if (name is null && given.GetValue(recipe.Mse))
            RecipeOptions.UseSquaredError(draft);
        var experiment = draft.Read();
        return experiment with { Data = experiment.Data.AtFullPaths() };
    }
}

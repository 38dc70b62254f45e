using System.CommandLine;
using VaeSharp.Cli.Gallery;
using VaeSharp.Cli.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Cli.Verbs;

/// <summary>Trains the zoo and writes pages about it.</summary>
internal sealed class GalleryVerb : Verb
{
    private const string DefaultData = "digits";
    private const string DefaultFolder = "docs/zoo";
    private const int DefaultEpochs = 5;

    private readonly Argument<string[]> rows = new("ROWS")
    {
        Description = "Models of the zoo ('vae list models'). By default all of them.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> data = CommonOptions.Text("--data", "PART",
        $"The data set, as 'vae train' takes it. By default {DefaultData}.");
    private readonly Option<string> dataDir = CommonOptions.DataFolder();
    private readonly Option<string> epochs = CommonOptions.Text("--epochs", "N",
        $"Number of passes over the training data. By default {DefaultEpochs}.");
    private readonly Option<string> seed = CommonOptions.Seed();
    private readonly Option<string> threads = CommonOptions.Text("--threads", "N",
        "Number of processor threads. By default one on each core.");
    private readonly Option<string> output = CommonOptions.Out($"The folder of the pages. By default {DefaultFolder}.");
    private readonly Option<bool> force = CommonOptions.Switch("--force", "Train rows again that are done.");

    public GalleryVerb() : base("gallery", "Train each model of the zoo for a short while, and write a page on it: numbers and pictures.")
    {
        Add(rows);
        Group("What every model gets", data, dataDir, epochs, seed, threads);
        Group("The pages", output, force);
    }

    public override IReadOnlyList<string> Notes =>
    [
        "The folder gets README.md with a table of all models that are done, and of each a page and a picture. A model that is done "
            + "with the same data, epochs and seed, and whose choices have not changed since, is not trained again, so that a gallery "
            + "that was stopped goes on.",
    ];

    public override IReadOnlyList<(string Line, string What)> Examples =>
    [
        ("vae gallery", $"All models on {DefaultData}, in {DefaultFolder}."),
        ("vae gallery vae iwae --epochs 30 --out compared", "Two models, for longer."),
        ("vae gallery --data digits:limit=10000", "Fewer examples."),
    ];

    public override int Run(ParseResult given, Terminal terminal)
    {
        var names = given.GetValue(rows) ?? [];
        IReadOnlyList<Row> chosen = names.Length == 0 ? ModelZoo.Rows : [.. names.Select(ModelZoo.Find).Distinct()];
        var text = given.GetValue(data) ?? DefaultData;
        var budget = new GalleryBudget(text, given.Whole(epochs, DefaultEpochs), given.Whole(seed, 0, least: 0, most: int.MaxValue));
        return new GalleryJob(budget, DataVerb.Parse(text), new GalleryFolder(given.GetValue(output) ?? DefaultFolder), terminal)
        {
            Context = RunData.Context(given.GetValue(dataDir), terminal),
            Threads = given.Whole(threads, 0, least: 0, most: 4096),
        }.Run(chosen, given.GetValue(force));
    }
}

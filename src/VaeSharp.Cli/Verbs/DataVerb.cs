using System.CommandLine;
using VaeSharp.Cli.Drafts;
using VaeSharp.Cli.Training;
using VaeSharp.Data;
using VaeSharp.Specs;

namespace VaeSharp.Cli.Verbs;

/// <summary>What concerns data alone.</summary>
internal sealed class DataVerb : Verb
{
    public DataVerb() : base("data", "List data sets, fetch them, look at them.")
    {
        Add(new DataListVerb());
        Add(new DataFetchVerb());
        Add(new DataSheetVerb());
    }

    public override IReadOnlyList<(string Line, string What)> Examples =>
    [
        ("vae data fetch mnist", "Download it now, to train offline later."),
        ("vae data sheet folder:path=photos,resize=64", "Look at your own pictures as a model will see them."),
    ];

    /// <summary>A data set, in the text form of parts.</summary>
    public static Argument<string> DataSet() => new("DATA")
    {
        Description = "A data set, with its options behind a colon: mnist, npy:path=x.npy, folder:path=DIR,resize=64.",
        Arity = ArgumentArity.ExactlyOne,
    };

    /// <summary>The data set of a text.</summary>
    public static DatasetSpec Parse(string text)
    {
        try
        {
            return SpecReader.Read<DatasetSpec>(PartText.Parse(text, typeof(DatasetSpec)));
        }
        catch (FormatException failure)
        {
            throw new UsageException(failure.Message);
        }
    }
}

/// <summary>Lists data sets.</summary>
internal sealed class DataListVerb : Verb
{
    private readonly Option<bool> json = CommonOptions.Json();

    public DataListVerb() : base("list", "List the data sets.") => Group("Options", json);

    public override int Run(ParseResult given, Terminal terminal) => ListVerb.Write("data", given.GetValue(json), terminal);
}

/// <summary>Fetches a data set.</summary>
internal sealed class DataFetchVerb : Verb
{
    private readonly Argument<string> name = DataVerb.DataSet();
    private readonly Option<string> dataDir = CommonOptions.DataFolder();

    public DataFetchVerb() : base("fetch", "Download a data set into the cache, unless it is there, and check it.")
    {
        Add(name);
        Group("Options", dataDir);
    }

    public override IReadOnlyList<(string Line, string What)> Examples =>
        [("vae data fetch fashion-mnist", "What is there already is not fetched again.")];

    public override int Run(ParseResult given, Terminal terminal)
    {
        var spec = DataVerb.Parse(given.GetValue(name)!);
        var display = TrainingDisplay.For(terminal, quiet: false, json: false);
        DataSplits? data = null;
        display.During(() =>
        {
            data = spec.Load(RunData.Context(given.GetValue(dataDir), terminal) with { Progress = display.Reading });
            return ExitCode.Success;
        });
        var (train, example) = (data!.Train, data.Train.Spec);
        terminal.Line($"{train.Name}: {train.Count:N0} training examples"
            + (data.Test is { } test ? $" and {test.Count:N0} test examples" : "") + $" of {example.ShapeText}, "
            + (example.Classes > 0 ? $"{example.Classes} classes." : "no labels."));
        var folders = DataFolders.For(RunData.Context(given.GetValue(dataDir), terminal), train.Name);
        if (spec is IdxDatasetSpec)
            terminal.Line($"Looked for in: {TextLayout.Join(folders)}");
        return ExitCode.Success;
    }
}

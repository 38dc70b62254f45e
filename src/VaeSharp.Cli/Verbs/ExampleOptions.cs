using System.CommandLine;
using VaeSharp.Cli.Training;
using VaeSharp.Data;

namespace VaeSharp.Cli.Verbs;

/// <summary>Options that say which examples a run is given.</summary>
internal sealed class ExampleOptions
{
    public Option<string> Data { get; } = CommonOptions.Text("--data", "FILE",
        "The examples: a .npy or .npz file (arrays x and labels), or a data set as 'vae train' takes it. "
            + "By default the run's own, those that it was not trained on.");

    public Option<string> Split { get; } = CommonOptions.Text("--split", "NAME",
        "Which part of the data: train, validation or test. By default test where there is one, else all.");

    public Option<string> Folder { get; } = CommonOptions.DataFolder();

    /// <summary>The examples that were asked for.</summary>
    /// <exception cref="UsageException">The data have no such part.</exception>
    /// <exception cref="InvalidDataException">The model was trained on examples of another kind.</exception>
    public Dataset Of(ParseResult given, VaeSharp.Training.Run model, Terminal terminal)
    {
        var context = RunData.Context(given.GetValue(Folder), terminal);
        var (source, part) = (given.GetValue(Data), given.GetValue(Split));
        var splits = source is null ? model.Experiment.LoadData(context) : ArrayFiles.Data(source).Load(context);
        var examples = part switch
        {
            null when source is null => RunData.Unseen(model.Experiment, splits),
            null => splits.Test ?? splits.Train,
            "train" => splits.Train,
            "test" => splits.Test ?? throw new UsageException("--split: the data have no test set."),
            "validation" => splits.Validation ?? throw new UsageException("--split: the data have no validation set of their own."),
            _ => throw new UsageException($"--split: must be train, validation or test, got '{part}'."),
        };
        Expect(model, examples);
        return examples;
    }

    private static void Expect(VaeSharp.Training.Run model, Dataset examples)
    {
        try
        {
            model.Encode(examples.Take(1));
        }
        catch (ArgumentException failure)
        {
            throw new InvalidDataException(ErrorText.Of(failure), failure);                      // a matter of what the file holds
        }
    }
}

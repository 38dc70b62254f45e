using System.CommandLine;
using VaeSharp.Cli.Training;
using VaeSharp.Data;
using VaeSharp.Interop;

namespace VaeSharp.Cli.Verbs;

/// <summary>Writes the codes of examples.</summary>
internal sealed class EncodeVerb : Verb
{
    private readonly Argument<string> run = CommonOptions.Run();
    private readonly Option<string> data = CommonOptions.Text("--data", "FILE",
        "The examples: a .npy or .npz file (arrays x and labels), or a data set as 'vae train' takes it. "
            + "By default the run's own, those that it was not trained on.");

    private readonly Option<string> split = CommonOptions.Text("--split", "NAME",
        "Which part of the data: train, validation or test. By default test where there is one, else all.");

    private readonly Option<string> dataDir = CommonOptions.DataFolder();
    private readonly Option<string> device = CommonOptions.Device();
    private readonly Option<string> output = CommonOptions.Out("The .npz file to write.");

    public EncodeVerb() : base("encode", "Write the codes of examples: mean and log_var of q(z|x), and labels where the data have them.")
    {
        Add(run);
        Group("Options", data, split, output, dataDir, device);
    }

    public override IReadOnlyList<(string Line, string What)> Examples =>
    [
        ("vae encode runs/vae-digits-1 --out codes.npz", "The codes of the test set."),
        ("vae encode runs/vae-digits-1 --data mine.npz --out codes.npz", "Those of your own arrays; 'vae decode' takes the file back."),
    ];

    public override int Run(ParseResult given, Terminal terminal)
    {
        var path = ArrayFiles.Output(given.GetValue(output), ".npz");
        using var model = VaeSharp.Training.Run.Open(given.GetValue(run)!, given.GetValue(device) ?? "cpu");
        var examples = ExamplesOf(given, model, RunData.Context(given.GetValue(dataDir), terminal));
        var (mean, logVar) = (new List<float>(), new List<float>());
        Fits(model, examples);
        new InPieces("encoding", terminal).Run(examples.Count, (from, count) =>
        {
            var codes = model.EncodePosteriors(examples.Select([.. Enumerable.Range(from, count)]));
            mean.AddRange(codes.Mean);
            logVar.AddRange(codes.LogVar ?? []);
        });
        var arrays = new Dictionary<string, NdArray> { ["mean"] = NdArray.From([.. mean], examples.Count, model.Latent.Size) };
        if (logVar.Count > 0)
            arrays["log_var"] = NdArray.From([.. logVar], examples.Count, model.Latent.Size);
        if (examples.HasLabels)
            arrays["labels"] = NdArray.From([.. Enumerable.Range(0, examples.Count).Select(i => (long)examples.Label(i))], examples.Count);
        ArrayFiles.MakeFolderOf(path);
        NpzFile.Write(path, arrays);
        terminal.Line(path);
        return ExitCode.Success;
    }

    private static void Fits(VaeSharp.Training.Run model, Dataset examples)
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

    private Dataset ExamplesOf(ParseResult given, VaeSharp.Training.Run model, DataContext context)
    {
        var (source, part) = (given.GetValue(data), given.GetValue(split));
        var splits = source is null ? model.Experiment.LoadData(context) : ArrayFiles.Data(source).Load(context);
        return part switch
        {
            null when source is null => RunData.Unseen(model.Experiment, splits),
            null => splits.Test ?? splits.Train,
            "train" => splits.Train,
            "test" => splits.Test ?? throw new UsageException("--split: the data have no test set."),
            "validation" => splits.Validation ?? throw new UsageException("--split: the data have no validation set of their own."),
            _ => throw new UsageException($"--split: must be train, validation or test, got '{part}'."),
        };
    }
}

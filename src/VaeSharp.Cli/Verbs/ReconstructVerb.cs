using System.CommandLine;
using VaeSharp.Cli.Training;
using VaeSharp.Imaging;

namespace VaeSharp.Cli.Verbs;

/// <summary>Draws examples beside what a model makes of them.</summary>
internal sealed class ReconstructVerb : Verb
{
    private readonly Argument<string> run = CommonOptions.Run();
    private readonly Option<string> count = CommonOptions.Count(20);
    private readonly Option<string> dataDir = CommonOptions.DataFolder();
    private readonly Option<string> device = CommonOptions.Device();
    private readonly Option<string> output = CommonOptions.Out(
        "A .png picture of originals and reconstructions, or a .npy array of the latter. By default plots/reconstructions.png of the run.");

    public ReconstructVerb() : base("reconstruct", "Encode and decode examples that the model was not trained on, and draw both.")
    {
        Add(run);
        Group("Options", count, output, dataDir, device);
    }

    public override IReadOnlyList<(string Line, string What)> Examples =>
    [
        ("vae reconstruct runs/vae-digits-1", "Twenty digits of the test set, and what the model makes of them."),
        ("vae reconstruct runs/vae-digits-1 --count 10000 --out reconstructions.npy", "An array for other programs."),
    ];

    public override int Run(ParseResult given, Terminal terminal)
    {
        var number = given.Whole(count, 20);
        using var model = VaeSharp.Training.Run.Open(given.GetValue(run)!, given.GetValue(device) ?? "cpu");
        var path = given.GetValue(output) ?? Path.Combine(model.Path, "plots", "reconstructions.png");
        var file = OutputFile.For(path, model.Data);
        var data = RunData.Unseen(model.Experiment, model.Experiment.LoadData(RunData.Context(given.GetValue(dataDir), terminal)));
        if (Path.GetExtension(path) == ".npy")
            file.Write(model.Reconstruct(data.Take(number)), columns: 0);
        else
            RunPictures.ReconstructionsOf(model, data, number).Save(path);
        terminal.Line(path);
        return ExitCode.Success;
    }
}

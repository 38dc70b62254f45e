using System.CommandLine;
using VaeSharp.Cli.Training;
using VaeSharp.Imaging;

namespace VaeSharp.Cli.Verbs;

/// <summary>Draws the pictures of a run again.</summary>
internal sealed class PlotVerb : Verb
{
    private readonly Argument<string> run = CommonOptions.Run();
    private readonly Option<string> dataDir = CommonOptions.DataFolder();
    private readonly Option<string> device = CommonOptions.Device();
    private readonly Option<string> digit = RecipeOptions.Digits();

    public PlotVerb() : base("plot", "Draw all pictures of a run: loss curves, codes, manifold, reconstructions, samples.")
    {
        Add(run);
        Group("Options", digit, dataDir, device);
    }

    public override IReadOnlyList<(string Line, string What)> Examples => [("vae plot runs/vae-digits-1", "Into its folder plots/.")];

    public override int Run(ParseResult given, Terminal terminal)
    {
        using var model = VaeSharp.Training.Run.Open(given.GetValue(run)!, given.GetValue(device) ?? "cpu");
        var data = RunData.Unseen(model.Experiment, model.Experiment.LoadData(RunData.Context(given.GetValue(dataDir), terminal)));
        if (given.GetValue(digit) is not null && !model.NeedsLabels)
            throw new UsageException($"{given.Typed(digit)}: this run is not told a label, and so draws no class of its own.");
        int? label = given.GetValue(digit) is null ? null : given.Whole(digit, 0, least: 0, most: Math.Max(0, model.Data.Classes - 1));
        foreach (var picture in RunPictures.DrawAll(model, data, digit: label, cancellation: terminal.Cancellation))
            terminal.Line(picture);
        return ExitCode.Success;
    }
}

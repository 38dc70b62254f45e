using System.CommandLine;
using VaeSharp.Specs;

namespace VaeSharp.Cli.Verbs;

/// <summary>Writes a trained model for other programs.</summary>
internal sealed class ExportVerb : Verb
{
    private const string Keras = "keras";

    private readonly Argument<string> run = CommonOptions.Run();
    private readonly Option<string> format = CommonOptions.Text("--format", "NAME", "What for: keras.");
    private readonly Option<string> output =
        CommonOptions.Out("The folder that is written to. By default the format's name in the run's folder.");

    public ExportVerb() : base("export", "Write a trained model for other programs.")
    {
        Add(run);
        Group("Options", format, output);
    }

    public override IReadOnlyList<string> Notes =>
    [
        "keras: the weights as Keras 3 loads them (.weights.h5) and as Keras 2 does (.h5), and a Python program (.py) that builds the same "
            + "model in Keras 3, loads the weights, and checks that they give the same numbers.",
    ];

    public override IReadOnlyList<(string Line, string What)> Examples =>
        [("vae export runs/vae_mlp-mnist-1 --format keras", "Three files in runs/vae_mlp-mnist-1/keras.")];

    public override int Run(ParseResult given, Terminal terminal)
    {
        var name = given.GetValue(format) ?? throw new UsageException($"--format: the format is missing; there is {Keras}.");
        if (name != Keras)
            throw new UsageException($"--format: there is no format '{name}'. {Suggestion.For(name, [Keras])}");
        using var model = VaeSharp.Training.Run.Open(given.GetValue(run)!);
        var folder = given.GetValue(output) ?? Path.Combine(model.Path, Keras);
        ArrayFiles.MakeFolder(folder);
        try
        {
            foreach (var file in model.ExportKeras(folder))
                terminal.Line(file);
        }
        catch (NotSupportedException failure)
        {
            throw new UsageException(failure.Message);
        }
        return ExitCode.Success;
    }
}

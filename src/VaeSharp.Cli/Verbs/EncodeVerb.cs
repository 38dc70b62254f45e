using System.CommandLine;
using VaeSharp.Interop;

namespace VaeSharp.Cli.Verbs;

/// <summary>Writes the codes of examples.</summary>
internal sealed class EncodeVerb : Verb
{
    private readonly Argument<string> run = CommonOptions.Run();
    private readonly ExampleOptions examples = new();
    private readonly Option<string> device = CommonOptions.Device();
    private readonly Option<string> output = CommonOptions.Out("The .npz file to write.");

    public EncodeVerb() : base("encode", "Write the codes of examples: mean and log_var of q(z|x), and labels where the data have them.")
    {
        Add(run);
        Group("Options", examples.Data, examples.Split, output, examples.Folder, device);
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
        var chosen = examples.Of(given, model, terminal);
        var (mean, logVar) = (new List<float>(), new List<float>());
        new InPieces("encoding", terminal).Run(chosen.Count, (from, count) =>
        {
            var codes = model.EncodePosteriors(chosen.Select([.. Enumerable.Range(from, count)]));
            mean.AddRange(codes.Mean);
            logVar.AddRange(codes.LogVar ?? []);
        });
        var arrays = new Dictionary<string, NdArray> { ["mean"] = NdArray.From([.. mean], chosen.Count, model.Latent.Size) };
        if (logVar.Count > 0)
            arrays["log_var"] = NdArray.From([.. logVar], chosen.Count, model.Latent.Size);
        if (chosen.HasLabels)
            arrays["labels"] = NdArray.From([.. Enumerable.Range(0, chosen.Count).Select(i => (long)chosen.Label(i))], chosen.Count);
        ArrayFiles.MakeFolderOf(path);
        NpzFile.Write(path, arrays);
        terminal.Line(path);
        return ExitCode.Success;
    }
}

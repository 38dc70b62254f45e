using System.CommandLine;
using System.Reflection;

namespace VaeSharp.Cli.Verbs;

/// <summary>The command itself.</summary>
internal sealed class RootVerb : Verb
{
    public RootVerb() : base("vae", "Trains variational autoencoders, samples from them, and draws what they learned.")
    {
        Add(Train);
        Add(new ListVerb());
        Add(new ShowVerb());
        Add(new CiteVerb());
        Add(new GalleryVerb());
        Add(new FitVerb());
        Add(new SampleVerb());
        Add(new ReconstructVerb());
        Add(new PlotVerb());
        Add(new SummaryVerb());
        Add(new EvaluateVerb());
        Add(new EncodeVerb());
        Add(new DecodeVerb());
        Add(new ImportVerb());
        Add(new ExportVerb());
        Add(new DataVerb());
        Group("Options", Help, Version);
    }

    /// <summary>The version, without the mark of the commit that it was built from.</summary>
    public static string VersionText =>
        typeof(RootVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public TrainVerb Train { get; } = new();

    public Option<bool> Help { get; } = new("--help", "-h", "-?")
    {
        Description = "Explain a verb: vae train --help.",
        Recursive = true,
        Arity = ArgumentArity.Zero,
    };

    public Option<bool> Version { get; } = CommonOptions.Switch("--version", "Tell the version.");

    public override IReadOnlyList<(string Line, string What)> Examples =>
    [
        ("vae train", "Train the variational autoencoder of Kingma and Welling on hand-drawn digits, which need no download."),
        ("vae train beta-vae --data mnist --epochs 50", "Another model, other data, longer."),
        ("vae train --recipe cvae -b 4 -d 3", "A Keras script under its own flags."),
        ("vae sample runs/vae-digits-1", "Draw new digits."),
        ("vae list", "See all models and parts."),
    ];
}

namespace VaeSharp.Cli.Tests.Support;

/// <summary>Runs that were trained once for all tests.</summary>
public sealed class TrainedRuns : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TrainedRuns()
    {
        Plain = Train("vae");
        Told = Train("cvae");
    }

    /// <summary>A variational autoencoder.</summary>
    internal (string Path, Outcome Outcome) Plain { get; }

    /// <summary>One that is told labels.</summary>
    internal (string Path, Outcome Outcome) Told { get; }

    public void Dispose() => folder.Dispose();

    private (string Path, Outcome Outcome) Train(string model) =>
        (folder[model], Vae.Run(["train", model, .. Vae.Tiny, "--out", folder[model]]));
}

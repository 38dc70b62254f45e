namespace VaeSharp.Benchmarks;

/// <summary>Carries out what was asked for.</summary>
internal sealed class Comparison(Options options) : IDisposable
{
    // 'start' needs no Python.
    private readonly Lazy<Sides> everybody = new(() => new Sides(options.Python));
    private readonly string temporary = Directory.CreateTempSubdirectory("vae-compare-").FullName;

    private Sides Everybody => everybody.Value;

    /// <summary>Measures and prints.</summary>
    /// <exception cref="IOException">A side failed, or data are missing.</exception>
    public void Run()
    {
        switch (options.Mode)
        {
            case "compare":
                Steps();
                break;
            case "inference":
                Inference();
                break;
            case "scaling":
                Scaling.Run(Everybody, options);
                break;
            case "loss":
                Loss();
                break;
            default:
                Start.Run(options, temporary);
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(temporary, recursive: true);

    private void Steps()
    {
        var (sides, data) = (Everybody, Data());
        foreach (var recipe in options.Recipes)
        {
            var job = new Job { Recipe = recipe, Data = data, Threads = options.Threads };
            var results = new Contest(job, sides.All).Run(options.Rounds);
            Side[] against =
                [sides.Peer, sides.PeerSetUp, sides.PeerTunedFp32, sides.PeerTuned, sides.ControlTunedFp32, sides.ControlTuned];
            Report.Sides($"{recipe}: training, batch 128", results, against);
        }
    }

    private void Inference()
    {
        var (sides, data) = (Everybody, Data());
        foreach (var recipe in options.Recipes)
        {
            foreach (var (kind, title) in ((string, string)[])[("encode", "Encode of 60,000"), ("generate", "Generate of 10,000")])
            {
                var job = new Job { Kind = kind, Recipe = recipe, Data = data, Threads = options.Threads };
                Side[] against = [sides.Peer, sides.PeerSetUp, sides.Control, sides.ControlSetUp];
                var results = new Contest(job, [sides.OursInFp32, .. against]).Run(options.Rounds);
                Report.Sides($"{recipe}: {title}, fp32, batch 500", results, against);
            }
        }
    }

    private void Loss()
    {
        var sides = Everybody;
        var data = MnistFolder.Real()
            ?? throw new IOException("MNIST is not here: VAESHARP_DATA must name a folder whose sub-folder 'mnist' has the four files.");
        Report.Head("ten epochs of MNIST", "loss of the test set, nats", "samples/s", "how");
        foreach (var recipe in options.Recipes)
        {
            var job = new Job { Kind = "loss", Recipe = recipe, Data = data, Threads = options.Threads };
            Side[] all = [sides.Ours, sides.OursInFp32, sides.PeerSetUp, sides.PeerTuned, sides.ControlTunedFp32, sides.ControlTuned];
            foreach (var result in new Contest(job, all).Run(options.Rounds))
            {
                var losses = string.Join(", ", result.Rounds.Select(round => $"{round.Loss:F2}"));
                var (name, last) = ($"{recipe}: {result.Side.Name}", result.Rounds[^1]);
                Report.Row(name, $"{result.Loss:F2} ({losses})", result.RateText(), $"{last.Version}; {last.Variant}");
            }
        }
    }

    private string Data() => MnistFolder.Real() ?? MnistFolder.Generated(temporary);
}

namespace VaeSharp.Benchmarks;

/// <summary>Carries out what was asked for.</summary>
internal sealed class Comparison(Options options) : IDisposable
{
    private readonly Sides sides = new(options.Python);
    private readonly string temporary = Directory.CreateTempSubdirectory("vae-compare-").FullName;

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
                Scaling.Run(sides, options);
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
        var data = Data();
        foreach (var recipe in options.Recipes)
        {
            var job = new Job { Recipe = recipe, Data = data, Threads = options.Threads };
            var results = new Contest(job, sides.All).Run(options.Rounds);
            Side[] against = [sides.Peer, sides.PeerTunedFp32, sides.PeerTuned, sides.ControlTunedFp32, sides.ControlTuned];
            Report.Sides($"{recipe}: training, batch 128", results, against);
        }
    }

    private void Inference()
    {
        var data = Data();
        foreach (var recipe in options.Recipes)
        {
            foreach (var (kind, title) in ((string, string)[])[("encode", "Encode of 60,000"), ("generate", "Generate of 10,000")])
            {
                var job = new Job { Kind = kind, Recipe = recipe, Data = data, Threads = options.Threads };
                var results = new Contest(job, [sides.OursInFp32, sides.Peer, sides.PeerSetUp, sides.Control]).Run(options.Rounds);
                Side[] against = [sides.Peer, sides.PeerSetUp, sides.Control];
                Report.Sides($"{recipe}: {title}, fp32, batch 500", results, against);
            }
        }
    }

    private void Loss()
    {
        var data = MnistFolder.Real()
            ?? throw new IOException("MNIST is not here: VAESHARP_DATA must name the folder of mnist/train-images-idx3-ubyte.gz.");
        Report.Head("ten epochs of MNIST", "loss of the test set, nats", "samples/s", "how");
        foreach (var recipe in options.Recipes)
        {
            var job = new Job { Kind = "loss", Recipe = recipe, Data = data, Threads = options.Threads };
            foreach (var side in (Side[])[sides.Ours, sides.OursInFp32, sides.PeerSetUp, sides.PeerTuned])
            {
                var seeds = Enumerable.Range(0, options.Rounds);
                var result = new Result(side, [.. seeds.Select(seed => side.Measure(job with { Seed = seed }))]);
                var losses = string.Join(", ", result.Rounds.Select(round => $"{round.Loss:F2}"));
                var last = result.Rounds[^1];
                Report.Row($"{recipe}: {last.Version}", $"{result.Loss:F2} ({losses})", $"{result.Rate:N0}", last.Variant);
            }
        }
    }

    private string Data() => MnistFolder.Real() ?? MnistFolder.Generated(temporary);
}

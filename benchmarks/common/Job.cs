using System.Globalization;

namespace VaeSharp.Benchmarks;

/// <summary>What a worker measures. Workers here, in PyTorch and in plain TorchSharp take it as the same arguments.</summary>
internal sealed record Job
{
    /// <summary><c>train</c>, <c>encode</c>, <c>generate</c> or <c>loss</c>.</summary>
    public string Kind { get; init; } = "train";

    /// <summary><c>vae_mlp</c>, <c>vae_cnn</c> or <c>cvae</c>.</summary>
    public string Recipe { get; init; } = "vae_mlp";

    /// <summary>Folder of MNIST's four files; null for noise.</summary>
    public string? Data { get; init; }

    /// <summary>Number of examples in a step.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>Number of units of a code.</summary>
    public int Latent { get; init; } = 2;

    /// <summary>Width of the hidden layer; 0 for the recipe's.</summary>
    public int Hidden { get; init; }

    /// <summary>Height and width of noise.</summary>
    public int Image { get; init; } = 28;

    /// <summary>Number of threads.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>How long is measured.</summary>
    public double Seconds { get; init; } = 4;

    /// <summary>Length of the kind <c>loss</c>.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; }

    /// <summary>How it is done: a precision here, a list of settings elsewhere.</summary>
    public string Variant { get; init; } = "default";

    /// <summary>Width of the hidden layer.</summary>
    public int Width => Hidden > 0 ? Hidden : Recipe == "vae_mlp" ? 512 : 16;

    /// <summary>Number of examples of noise, on all sides.</summary>
    public int NoiseCount => Math.Max(4 * Batch, 10_000 * 28 * 28 / (Image * Image));

    /// <summary>
    /// Number of examples of an epoch of this library, which takes its noise as often as that asks for: as many as MNIST has, and at least
    /// 200 steps. Behind each epoch it writes its weights, which the others do not.
    /// </summary>
    public int EpochCount => Math.Max(200 * Batch, 60_000);

    /// <summary>The job as arguments.</summary>
    public IEnumerable<string> Arguments()
    {
        string[] all =
        [
            "--job", Kind, "--recipe", Recipe, "--variant", Variant, "--seed", $"{Seed}",
            "--batch", $"{Batch}", "--latent", $"{Latent}", "--hidden", $"{Width}", "--image", $"{Image}",
            "--threads", $"{Threads}", "--seconds", $"{Seconds}", "--epochs", $"{Epochs}",
        ];
        return Data is null ? all : [.. all, "--data", Data];
    }

    /// <summary>Reads what <see cref="Arguments"/> wrote.</summary>
    public static Job Parse(string[] arguments)
    {
        var job = new Job();
        for (var i = 0; i + 1 < arguments.Length; i += 2)
        {
            var value = arguments[i + 1];
            job = arguments[i] switch
            {
                "--job" => job with { Kind = value },
                "--recipe" => job with { Recipe = value },
                "--data" => job with { Data = value },
                "--batch" => job with { Batch = Whole(value) },
                "--latent" => job with { Latent = Whole(value) },
                "--hidden" => job with { Hidden = Whole(value) },
                "--image" => job with { Image = Whole(value) },
                "--threads" => job with { Threads = Whole(value) },
                "--seconds" => job with { Seconds = double.Parse(value, CultureInfo.InvariantCulture) },
                "--epochs" => job with { Epochs = Whole(value) },
                "--seed" => job with { Seed = Whole(value) },
                "--variant" => job with { Variant = value },
                _ => throw new ArgumentException($"A worker has no option '{arguments[i]}'."),
            };
        }
        return job;
    }

    private static int Whole(string value) => int.Parse(value, CultureInfo.InvariantCulture);
}

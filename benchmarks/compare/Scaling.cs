using VaeSharp.Training;

namespace VaeSharp.Benchmarks;

/// <summary>Training at other sizes than the recipes': where the advantage grows, and where it shrinks.</summary>
internal static class Scaling
{
    private const double Seconds = 2;
    // A process starts, makes its data, warms up and is measured. Large sizes take longer for a step.
    private const double SecondsOfSide = 6.5;

    private static readonly (string Name, string Recipe, Job[] Jobs)[] Tables =
    [
        ("batch", "vae_mlp", [.. Of(32, 128, 512, 4096).Select(batch => new Job { Batch = batch })]),
        ("code", "vae_mlp", [.. Of(2, 32, 512).Select(latent => new Job { Latent = latent })]),
        ("hidden", "vae_mlp", [.. Of(128, 512, 1024, 4096).Select(hidden => new Job { Hidden = hidden })]),
        ("image", "vae_mlp", [.. Of(28, 64, 128).Select(image => new Job { Image = image })]),
        ("batch", "vae_cnn", [.. Of(32, 128, 512, 4096).Select(batch => new Job { Recipe = "vae_cnn", Batch = batch })]),
        ("code", "vae_cnn", [.. Of(2, 32, 512).Select(latent => new Job { Recipe = "vae_cnn", Latent = latent })]),
        ("hidden", "vae_cnn", [.. Of(16, 128, 1024, 4096).Select(hidden => new Job { Recipe = "vae_cnn", Hidden = hidden })]),
        ("image", "vae_cnn", [.. Of(28, 64, 128).Select(image => new Job { Recipe = "vae_cnn", Image = image })]),
        ("batch", "cvae", [.. Of(32, 128, 512, 4096).Select(batch => new Job { Recipe = "cvae", Batch = batch })]),
    ];

    /// <summary>The names of tables.</summary>
    public static IReadOnlyList<string> Names { get; } = ["batch", "code", "hidden", "image"];

    /// <summary>
    /// Measures and prints, with one thread and with as many as asked for. A size that several tables have is measured once.
    /// </summary>
    /// <exception cref="ArgumentException">The recipes asked for have no such table.</exception>
    public static void Run(Sides sides, Options options)
    {
        var tables = Tables.Where(table => options.Recipes.Contains(table.Recipe) && options.Tables.Contains(table.Name)).ToList();
        if (tables.Count == 0)
            throw new ArgumentException($"There is no table {string.Join(", ", options.Tables)} of {string.Join(", ", options.Recipes)}.");
        int[] threads = [.. Of(1, options.Threads).Distinct()];
        var sizes = tables.SelectMany(table => table.Jobs).Select(Full).Distinct().Count();
        var minutes = sizes * threads.Length * options.Rounds * All(sides, "vae_mlp").Length * SecondsOfSide / 60;
        Console.Write($"{sizes} sizes, with {string.Join(" and with ", threads)} threads, rounds: {options.Rounds}; ");
        Console.WriteLine($"about {Math.Ceiling(minutes):F0} minutes.");
        Console.WriteLine();
        foreach (var count in threads)
        {
            var done = new Dictionary<Job, string[]>();
            foreach (var (name, recipe, jobs) in tables)
            {
                Console.WriteLine($"### {recipe}: {name}; {(count == 1 ? "one thread" : $"{count} threads")}");
                Console.WriteLine();
                string[] names = [.. All(sides, recipe).Select(side => side.Name)];
                Report.Head(["batch, code, hidden, image", .. names, "fp32 ×", "auto ×", "TorchSharp ×"]);
                foreach (var job in jobs.Select(Full))
                {
                    if (!done.TryGetValue(job, out var cells))
                        done[job] = cells = Cells(job with { Threads = count, Seconds = Seconds }, sides, options.Rounds);
                    Report.Row([$"{job.Batch}, {job.Latent}, {job.Hidden}, {job.Image}", .. cells]);
                }
                Console.WriteLine();
            }
        }
    }

    // Rates of all; fp32 over fp32; auto over the faster of PyTorch's; auto over TorchSharp.
    private static string[] Cells(Job job, Sides sides, int rounds)
    {
        var results = new Contest(job, All(sides, job.Recipe)).Run(rounds);
        var (ours, oursInFp32, peer, peerInBf16, control) = (results[0], results[1], results[2], results[3], results[4]);
        var fastest = peer.Rate > peerInBf16.Rate ? peer : peerInBf16;
        return [.. results.Select(result => result.RateText()), oursInFp32.Over(peer), ours.Over(fastest), ours.Over(control)];
    }

    // TorchSharp with what is fastest there: casts pay where products are most of the work, on processors made for them.
    private static Side[] All(Sides sides, string recipe)
    {
        var isMlp = recipe == "vae_mlp";
        var bf16 = sides.PeerSetUp with { Name = "PyTorch, bf16, set up", Variant = isMlp ? "bf16" : "bf16+channels_last" };
        var reduced = isMlp && ComputeResources.UsesReducedPrecision(Precision.Auto, ComputeResources.DeviceOf("cpu"));
        return [sides.Ours, sides.OursInFp32, sides.PeerSetUp, bf16, reduced ? sides.ControlTuned : sides.ControlTunedFp32];
    }

    // Two jobs are the same if a width that is not given is the recipe's.
    private static Job Full(Job job) => job with { Hidden = job.Width };

    private static int[] Of(params int[] sizes) => sizes;
}

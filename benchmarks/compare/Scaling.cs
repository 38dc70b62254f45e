namespace VaeSharp.Benchmarks;

/// <summary>Training at other sizes than the recipes': where the advantage grows, and where it shrinks.</summary>
internal static class Scaling
{
    private static readonly (string Title, Job[] Jobs)[] Tables =
    [
        ("Batch, vae_mlp", [.. Of(32, 64, 128, 512, 1024, 4096).Select(batch => new Job { Batch = batch })]),
        ("Code, vae_mlp", [.. Of(2, 8, 32, 128, 512).Select(latent => new Job { Latent = latent })]),
        ("Hidden layer, vae_mlp", [.. Of(128, 256, 512, 1024, 2048, 4096).Select(hidden => new Job { Hidden = hidden })]),
        ("Image, vae_mlp", [.. Of(28, 64, 128).Select(image => new Job { Image = image })]),
        ("Batch, vae_cnn", [.. Of(32, 128, 512, 4096).Select(batch => new Job { Recipe = "vae_cnn", Batch = batch })]),
        ("Image, vae_cnn", [.. Of(28, 64, 128).Select(image => new Job { Recipe = "vae_cnn", Image = image })]),
    ];

    /// <summary>Measures and prints, with one thread and with as many as asked for.</summary>
    public static void Run(Sides sides, Options options)
    {
        foreach (var threads in Of(1, options.Threads).Distinct())
        {
            foreach (var (title, jobs) in Tables.Where(table => options.Recipes.Contains(table.Jobs[0].Recipe)))
            {
                Console.WriteLine($"### {title}; {(threads == 1 ? "one thread" : $"{threads} threads")}");
                Console.WriteLine();
                Report.Head("", "VaeSharp", "VaeSharp, fp32", "PyTorch, set up", "PyTorch, bf16, set up", "fp32 ×", "bf16 ×");
                foreach (var job in jobs)
                    Row(job with { Threads = threads, Seconds = 2 }, sides, options.Rounds);
                Console.WriteLine();
            }
        }
    }

    private static void Row(Job job, Sides sides, int rounds)
    {
        var bf16 = job.Recipe == "vae_mlp" ? "bf16" : "bf16+channels_last";
        var plain = sides.PeerSetUp;
        var results = new Contest(job, [sides.Ours, sides.OursInFp32, plain, plain with { Name = "bf16", Variant = bf16 }]).Run(rounds);
        var rates = results.Select(result => result.Rate).ToArray();
        Report.Row([
            $"batch {job.Batch}, code {job.Latent}, hidden {job.Width}, image {job.Image}",
            .. rates.Select(rate => $"{rate:N0}"), $"{rates[1] / rates[2]:F2}", $"{rates[0] / rates[3]:F2}"]);
    }

    private static int[] Of(params int[] sizes) => sizes;
}

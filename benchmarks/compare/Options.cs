using System.Globalization;

namespace VaeSharp.Benchmarks;

/// <summary>What was asked for.</summary>
internal sealed record Options
{
    private static readonly string[] Modes = ["compare", "inference", "scaling", "loss", "start"];
    private static readonly string[] AllRecipes = ["vae_mlp", "vae_cnn", "cvae"];

    /// <summary>What the program prints where it is asked for help.</summary>
    public const string Help = """
        Measures the recipes here, in PyTorch and in plain TorchSharp, in turn.

        Usage: dotnet run -c Release --project benchmarks/compare -- [MODE] [options]

          compare     samples per second of training steps (default)
          inference   samples per second of encoding 60,000 and generating 10,000
          scaling     training at other batches, codes, widths, images and threads
          loss        ten epochs of MNIST: loss of the test set
          start       seconds from 'vae train' on digits to its first step; needs no PyTorch

          --rounds N      how often each side is measured (default 3)
          --threads N     threads of each side (default: one for each core)
          --only LIST     some of vae_mlp, vae_cnn, cvae, separated by commas
          --table LIST    of scaling: some of batch, code, hidden, image, separated by commas
          --python PATH   the Python that has PyTorch
        """;

    /// <summary>What is compared.</summary>
    public string Mode { get; init; } = "compare";

    /// <summary>How often each side is measured.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Number of threads.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Which recipes.</summary>
    public IReadOnlyList<string> Recipes { get; init; } = AllRecipes;

    /// <summary>Which tables of <c>scaling</c>.</summary>
    public IReadOnlyList<string> Tables { get; init; } = Scaling.Names;

    /// <summary>The Python that has PyTorch; null to look for one.</summary>
    public string? Python { get; init; }

    /// <summary>Reads arguments; null where help was asked for.</summary>
    /// <exception cref="ArgumentException">There is no such option or value.</exception>
    public static Options? Parse(string[] arguments)
    {
        var options = new Options();
        if (arguments.Any(argument => argument is "--help" or "-h"))
            return null;
        if (arguments is [var mode, ..] && !mode.StartsWith('-'))
            (options, arguments) = (options with { Mode = OneOf(mode, Modes) }, arguments[1..]);
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : throw new ArgumentException($"{arguments[i]} needs a value.");
            options = arguments[i] switch
            {
                "--rounds" => options with { Rounds = Whole(value, arguments[i]) },
                "--threads" => options with { Threads = Whole(value, arguments[i]) },
                "--only" => options with { Recipes = [.. value.Split(',').Select(recipe => OneOf(recipe, AllRecipes))] },
                "--table" => options with { Tables = [.. value.Split(',').Select(table => OneOf(table, Scaling.Names))] },
                "--python" => options with { Python = value },
                _ => throw new ArgumentException($"There is no option '{arguments[i]}'; see --help."),
            };
        }
        return options;
    }

    private static string OneOf(string value, IReadOnlyList<string> known) => known.Contains(value)
        ? value
        : throw new ArgumentException($"'{value}' is none of {string.Join(", ", known)}.");

    private static int Whole(string value, string option) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 4096
            ? number
            : throw new ArgumentException($"{option} needs a whole number from 1, got '{value}'.");
}

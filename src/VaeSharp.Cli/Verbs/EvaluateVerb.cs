using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using VaeSharp.Cli.Training;
using VaeSharp.Data;
using VaeSharp.Evaluation;
using VaeSharp.Models;

namespace VaeSharp.Cli.Verbs;

/// <summary>Measures how good a model is on examples.</summary>
internal sealed class EvaluateVerb : Verb
{
    private const int DefaultSamples = 5_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Argument<string> run = CommonOptions.Run();
    private readonly Option<string> data = CommonOptions.Text("--data", "FILE",
        "The examples: a .npy or .npz file (arrays x and labels), or a data set as 'vae train' takes it. "
            + "By default the run's own, those that it was not trained on.");

    private readonly Option<string> split = CommonOptions.Text("--split", "NAME",
        "Which part of the data: train, validation or test. By default test where there is one, else all.");

    private readonly Option<string> samples = CommonOptions.Text("--samples", "K",
        $"Number of draws of each code. By default {DefaultSamples}, as in the papers.");

    private readonly Option<string> count = CommonOptions.Text("--count", "N", "How many examples, from the first. By default all.");
    private readonly Option<string> seed = CommonOptions.Seed();
    private readonly Option<string> dataDir = CommonOptions.DataFolder();
    private readonly Option<string> device = CommonOptions.Device();
    private readonly Option<bool> json = CommonOptions.Json();

    public EvaluateVerb() : base("evaluate", "Estimate the log-likelihood of examples, and measure how well they are reconstructed.")
    {
        Add(run);
        Group("Options", data, split, count, samples, seed, dataDir, device, json);
    }

    public override IReadOnlyList<(string Line, string What)> Examples =>
    [
        ("vae evaluate runs/vae-digits-1", "The test set, with 5000 draws of each code."),
        ("vae evaluate runs/vae-digits-1 --count 100 --samples 500 --json", "A hundred examples, sooner, for programs."),
    ];

    public override int Run(ParseResult given, Terminal terminal)
    {
        var draws = given.Whole(samples, DefaultSamples);
        var most = given.Whole(count, int.MaxValue, most: int.MaxValue);
        var start = given.Whole(seed, 0, least: 0, most: int.MaxValue);
        using var model = VaeSharp.Training.Run.Open(given.GetValue(run)!, given.GetValue(device) ?? "cpu");
        var examples = ExamplesOf(given, model, RunData.Context(given.GetValue(dataDir), terminal)).Take(most);
        var likelihood = model.LogLikelihood(examples, draws, start, Watch(examples.Count, terminal), terminal.Cancellation);
        var units = checked((int)model.Latent.Size);
        var active = ActiveUnits.Count(model.Encode(examples), units);
        var error = ReconstructionError.MeanSquared(model, examples, terminal.Cancellation);
        Write(likelihood, draws, error, active, units, given.GetValue(json), terminal);
        return ExitCode.Success;
    }

    private static void Write(LogLikelihood likelihood, int draws, double error, int active, int units, bool json, Terminal terminal)
    {
        var (nats, spread) = (-likelihood.Mean, likelihood.StandardError);
        var (reconstruction, kl) = (likelihood.Reconstruction.Average(), likelihood.Divergence.Average());
        if (json)
        {
            terminal.Line(Drafts.Json.Compact(new JsonObject
            {
                ["negativeLogLikelihood"] = nats,
                ["standardError"] = double.IsFinite(spread) ? spread : null,
                ["samples"] = draws,
                ["examples"] = likelihood.Values.Length,
                ["reconstruction"] = reconstruction,
                ["kl"] = kl,
                ["squaredError"] = error,
                ["activeUnits"] = active,
                ["latent"] = units,
            }));
            return;
        }
        var within = double.IsFinite(spread) ? $" ± {TrainingText.Number(spread)}" : "";
        terminal.Rows(
        [
            ("negative log-likelihood", $"{TrainingText.Number(nats)}{within} nats, {likelihood.Values.Length:N0} examples, {draws:N0} draws each"),
            ("negative ELBO", $"{TrainingText.Number(reconstruction + kl)} nats"),
            ("reconstruction", $"{TrainingText.Number(reconstruction)} nats"),
            ("kl", $"{TrainingText.Number(kl)} nats"),
            ("squared error", error.ToString("F4", CultureInfo.InvariantCulture)),
            ("active units", $"{active} of {units}"),
        ], indent: 0);
    }

    private static Action<int> Watch(int count, Terminal terminal)
    {
        var (clock, told) = (Stopwatch.StartNew(), Patience);
        return done =>
        {
            if (clock.Elapsed < told || done == count)
                return;
            told = clock.Elapsed + Patience;
            terminal.Error.WriteLine($"evaluating: {done:N0} of {count:N0}; {TextLayout.Clock(clock.Elapsed / done * (count - done))} left");
        };
    }

    private Dataset ExamplesOf(ParseResult given, VaeSharp.Training.Run model, DataContext context)
    {
        var (source, part) = (given.GetValue(data), given.GetValue(split));
        var splits = source is null ? model.Experiment.LoadData(context) : ArrayFiles.Data(source).Load(context);
        return part switch
        {
            null when source is null => RunData.Unseen(model.Experiment, splits),
            null => splits.Test ?? splits.Train,
            "train" => splits.Train,
            "test" => splits.Test ?? throw new UsageException("--split: the data have no test set."),
            "validation" => splits.Validation ?? throw new UsageException("--split: the data have no validation set of their own."),
            _ => throw new UsageException($"--split: must be train, validation or test, got '{part}'."),
        };
    }
}

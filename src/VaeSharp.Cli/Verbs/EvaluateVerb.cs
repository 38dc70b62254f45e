using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using VaeSharp.Cli.Training;
using VaeSharp.Evaluation;
using VaeSharp.Models;
using VaeSharp.Specs;

namespace VaeSharp.Cli.Verbs;

/// <summary>Measures how good a model is on examples.</summary>
internal sealed class EvaluateVerb : Verb
{
    private const int DefaultSamples = 5_000;

    private readonly Argument<string> run = CommonOptions.Run();
    private readonly ExampleOptions examples = new();

    private readonly Option<string> samples = CommonOptions.Text("--samples", "K",
        $"Number of draws of each code. By default {DefaultSamples}, as in the papers.");

    private readonly Option<string> count = CommonOptions.Text("--count", "N", "How many examples, from the first. By default all.");
    private readonly Option<string> seed = CommonOptions.Seed();
    private readonly Option<string> device = CommonOptions.Device();
    private readonly Option<bool> json = CommonOptions.Json();

    public EvaluateVerb() : base("evaluate", "Estimate the log-likelihood of examples, and measure how well they are reconstructed.")
    {
        Add(run);
        Group("Options", examples.Data, examples.Split, count, samples, seed, examples.Folder, device, json);
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
        var chosen = examples.Of(given, model, terminal).Take(most);
        var likelihood = model.PartWithoutDensity is null
            ? model.LogLikelihood(chosen, draws, start, new InPieces("evaluating", terminal).Watch(chosen.Count), terminal.Cancellation)
            : null;
        var units = checked((int)model.Latent.Size);
        var active = ActiveUnits.Count(model.Encode(chosen), units);
        var error = ReconstructionError.MeanSquared(model, chosen, terminal.Cancellation);
        if (given.GetValue(json))
        {
            var all = Json(likelihood, model.IsDensityOf(chosen.Spec), draws);
            (all["examples"], all["squaredError"], all["activeUnits"], all["latent"]) = (chosen.Count, error, active, units);
            terminal.Line(Drafts.Json.Compact(all));
            return ExitCode.Success;
        }
        var bounds = likelihood is null
            ? [("log-likelihood", model.PartWithoutDensity == "prior"
                ? $"none, since of the density of prior '{Catalogue.Of(model.Prior).Name}' only a bound is known"
                : $"none, since the {model.PartWithoutDensity} has no density")]
            : Bounds(likelihood, draws, model.IsDensityOf(chosen.Spec), Catalogue.Of(model.Experiment.Model.Likelihood).Name);
        terminal.Rows(
        [
            .. bounds,
            ("squared error", error.ToString("F4", CultureInfo.InvariantCulture)),
            ("active units", $"{active} of {units}"),
        ], indent: 0);
        return ExitCode.Success;
    }

    private static JsonObject Json(LogLikelihood? likelihood, bool isDensity, int draws) => new()
    {
        ["negativeLogLikelihood"] = -likelihood?.Mean,
        ["isDensity"] = isDensity,
        ["standardError"] = likelihood is { StandardError: var spread } && double.IsFinite(spread) ? spread : null,
        ["samples"] = likelihood is null ? null : draws,
        ["reconstruction"] = likelihood?.Reconstruction.Average(),
        ["kl"] = likelihood?.Divergence.Average(),
    };

    private static (string, string)[] Bounds(LogLikelihood likelihood, int draws, bool isDensity, string name)
    {
        var (nats, spread) = (-likelihood.Mean, likelihood.StandardError);
        var (reconstruction, kl) = (likelihood.Reconstruction.Average(), likelihood.Divergence.Average());
        var many = draws == 1 ? "1 draw" : $"{draws:N0} draws";
        var within = double.IsFinite(spread) ? $" ± {TrainingText.Number(spread)}" : "";
        (string, string)[] rows =
        [
            (isDensity ? "negative log-likelihood" : "importance-weighted loss",
                $"{TrainingText.Number(nats)}{within} nats, {likelihood.Values.Length:N0} examples, {many} each"),
            ("negative ELBO", $"{TrainingText.Number(reconstruction + kl)} nats"),
            ("reconstruction", $"{TrainingText.Number(reconstruction)} nats"),
            ("kl", $"{TrainingText.Number(kl)} nats"),
        ];
        return isDensity
            ? rows
            : [.. rows, ("", $"{name} is no density of these data: compare with models that have it too, and no others")];
    }
}

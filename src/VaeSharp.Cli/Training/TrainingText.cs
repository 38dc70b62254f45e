using System.Globalization;
using VaeSharp.Data;
using VaeSharp.Specs;
using VaeSharp.Training;

namespace VaeSharp.Cli.Training;

/// <summary>What is said about a training, in words.</summary>
internal static class TrainingText
{
    private static readonly Dictionary<string, string> Captions = new()
    {
        ["losses"] = "every term of the loss, epoch by epoch",
        ["latent"] = "codes of unseen examples",
        ["manifold"] = "decoded images over the latent plane",
        ["reconstructions"] = "originals, and what the model makes of them",
        ["samples"] = "new images from the prior",
    };

    /// <summary>What will be trained, on what, how and where.</summary>
    public static IEnumerable<(string Name, string Text)> Begin(Experiment experiment, DataSplits data, string folder, int doneEpochs)
    {
        var (model, training, spec) = (experiment.Model, experiment.Training, data.Train.Spec);
        var (train, validation) = RunData.Counts(experiment, data);
        yield return ("model", string.Join(", ", new[] { experiment.Name, $"{model.Latent} latent unit{(model.Latent == 1 ? "" : "s")}" }.Concat(Choices(model))));
        yield return ("data", $"{data.Train.Name}, {train:N0} to learn from{(validation > 0 ? $" and {validation:N0} to validate" : "")}, each {spec.ShapeText}"
            + (spec.Classes > 0 ? $", {spec.Classes} classes" : ""));
        yield return ("training", $"{training.Epochs} epochs of {(train + training.BatchSize - 1) / training.BatchSize:N0} steps, {training.BatchSize} examples each, "
            + $"{SpecWriter.ToText(training.Optimizer)} at {training.Optimizer.LearningRate.ToString("0.########", CultureInfo.InvariantCulture)}, seed {experiment.Seed}"
            + (doneEpochs > 0 ? $"; {doneEpochs} done already" : ""));
        yield return ("run", folder);
    }

    /// <summary>Terms in a row: <c>loss 152.31, reconstruction 146.20, kl 6.11</c>.</summary>
    public static string Terms(IEnumerable<KeyValuePair<string, double>> terms) => string.Join(", ", terms.Select(term => $"{term.Key} {Number(term.Value)}"));

    /// <summary>A number of nats.</summary>
    public static string Number(double nats) => Math.Abs(nats) < 0.005 ? "0.00" : nats.ToString(Math.Abs(nats) >= 1e7 ? "0.###e+0" : "F2", CultureInfo.InvariantCulture);

    /// <summary>How it ended.</summary>
    public static string Ended(TrainingResult result, EpochMetrics? best)
    {
        var end = result.End == TrainingEnd.StoodStill ? $"Ended after {Epochs(result.Epochs)}, for the validation loss stood still" : $"Trained {Epochs(result.Epochs)}";
        var terms = best is null ? [] : (best.Validation.Count > 0 ? best.Validation : best.Train).Where(term => term.Key != "loss").ToList();
        var which = best is { Validation.Count: 0 } ? "The last epoch is kept" : $"Best was epoch {result.BestEpoch}";
        return $"{end}, in {TextLayout.Spent(result.Seconds)}."
            + (result.BestEpoch > 0 ? $" {which}: {(best is { Validation.Count: 0 } ? "" : "validation ")}loss {Number(result.BestLoss)} nats{(terms.Count > 1 ? $" ({Terms(terms)})" : "")}." : "");
    }

    /// <summary>How far it got before the user ended it.</summary>
    public static string Stopped(TrainingResult result, Experiment experiment) =>
        $"Stopped behind {Epochs(result.Epochs)} of {experiment.Training.Epochs}; everything is saved in {result.Folder}.";

    /// <summary>What a picture shows.</summary>
    public static string Caption(string path) => Captions.GetValueOrDefault(Path.GetFileNameWithoutExtension(path), "");

    private static string Epochs(int count) => $"{count} epoch{(count == 1 ? "" : "s")}";

    private static IEnumerable<string> Choices(Zoo.VaeSpec model) => SpecProperties.Of(typeof(Zoo.VaeSpec)).Select(property => property.GetValue(model)).SelectMany(value => value switch
    {
        Conditions.NoConditionSpec => [],
        PartSpec part => [$"{Short(part)}"],
        IEnumerable<PartSpec> parts => parts.Select(Short),
        _ => Enumerable.Empty<string>(),
    });

    private static string Short(PartSpec part)
    {
        var info = Catalogue.Of(part);
        return info.Kind is "condition" or "penalty" ? $"{info.Kind} {info.Name}" : info.Name;
    }
}

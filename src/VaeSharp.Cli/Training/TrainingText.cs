using System.Text.Json.Nodes;
using VaeSharp.Conditions;
using VaeSharp.Corruptions;
using VaeSharp.Data;
using VaeSharp.Hierarchies;
using VaeSharp.Specs;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Cli.Training;

/// <summary>What is said about a training, in words.</summary>
internal static class TrainingText
{
    private static readonly Dictionary<string, string> Captions = new()
    {
        ["losses"] = "every term of the loss, epoch by epoch",
        ["latent"] = "codes of examples",
        ["manifold"] = "decoded images over the latent plane",
        ["reconstructions"] = "originals, and what the model makes of them",
        ["samples"] = "new images from the prior",
        ["vae_mean"] = "means of the codes, coloured by digit",
        ["cvae_mean"] = "means of the codes, coloured by digit",
        ["digits_over_latent"] = "decoded digits over the latent plane",
        ["architecture"] = "the layers; also as .png, and of encoder and decoder alone",
    };

    /// <summary>What will be trained, on what, how and where.</summary>
    public static IEnumerable<(string Name, string Text)> Begin(Experiment experiment, DataSplits data, string folder, int doneEpochs)
    {
        var (model, training, spec) = (experiment.Model, experiment.Training, data.Train.Spec);
        var (train, validation) = RunData.Counts(experiment, data);
        yield return ("model", string.Join(", ", [experiment.Name, Number(model.Latent, "latent unit"), .. Choices(model)]));
        yield return ("data", $"{data.Train.Name}, {train:N0} to learn from" + (validation > 0 ? $" and {validation:N0} to validate" : "")
            + $", each {spec.ShapeText}" + (spec.Classes > 0 ? $", {spec.Classes} classes" : ""));
        var steps = (train + training.BatchSize - 1) / training.BatchSize;
        yield return ("training", $"{Number(training.Epochs, "epoch")} of {Number(steps, "step")}, "
            + $"{Number(training.BatchSize, "example")} each, {SpecWriter.ToText(training.Optimizer)} "
            + $"at {training.Optimizer.LearningRate:0.########}, seed {experiment.Seed}"
            + (doneEpochs > 0 ? $"; {doneEpochs} done already" : ""));
        yield return ("run", folder);
    }

    /// <summary>Terms in a row: <c>loss 152.31, reconstruction 146.20, kl 6.11</c>.</summary>
    public static string Terms(IEnumerable<KeyValuePair<string, double>> terms) =>
        string.Join(", ", terms.Select(term => $"{term.Key} {Number(term.Value)}"));

    /// <summary>A number of nats.</summary>
    public static string Number(double nats) => Math.Abs(nats) switch
    {
        < 0.005 => "0.00",                                                // and not −0.00
        >= 1e7 => nats.ToString("0.###e+0"),
        _ => nats.ToString("F2"),
    };

    /// <summary>The epoch, as wide as the last one will be.</summary>
    public static string Epoch(TrainingReport report) => $"{report.Epoch}".PadLeft($"{report.Epochs}".Length);

    /// <summary>What the epoch is of: nothing for the model's.</summary>
    public static string Of(TrainingReport report) => report.What == "model" ? "" : $"{report.What}: ";

    /// <summary>How it ended.</summary>
    public static string Ended(TrainingResult result, EpochMetrics? kept)
    {
        var end = result.End == TrainingEnd.StoodStill
            ? $"Ended behind {Number(result.Epochs, "epoch")}, for the validation loss stood still,"
            : $"Trained {Number(result.Epochs, "epoch")}";
        return $"{end} in {TextLayout.Spent(result.Seconds)}.{(kept is null ? "" : $" {Kept(kept)}")}";
    }

    /// <summary>How far it got before the user ended it.</summary>
    public static string Stopped(TrainingResult result, Experiment experiment) =>
        $"Stopped behind {Number(result.Epochs, "epoch")} of {experiment.Training.Epochs}; everything is saved in {result.Folder}.";

    /// <summary>What a picture shows.</summary>
    public static string Caption(string path) => Path.GetFileNameWithoutExtension(path) is var name && Path.GetExtension(path) == ".h5"
        ? "the weights, as Keras loads them"
        : int.TryParse(name, out var label) ? $"decoded images of class {label} over the latent plane"
        : Captions.GetValueOrDefault(name, "");

    private static string Kept(EpochMetrics kept)
    {
        var validated = kept.Validation.Count > 0;
        var terms = validated ? kept.Validation : kept.Train;
        var parts = terms.Count > 2 ? $" ({Terms(terms.Where(term => term.Key != "loss"))})" : "";
        var best = validated && kept.Json["best"] is JsonValue value && value.TryGetValue<bool>(out var isBest) && isBest;
        var which = best ? $"Best was epoch {kept.Epoch}" : "The last epoch is kept";
        return $"{which}: {(validated ? "validation loss" : "loss")} {Number(terms["loss"])} nats{parts}.";
    }

    private static string Number(int count, string what) => $"{count:N0} {what}{(count == 1 ? "" : "s")}";

    private static IEnumerable<string> Choices(VaeSpec model) =>
        SpecProperties.Of(typeof(VaeSpec)).SelectMany(property => property.GetValue(model) switch
        {
            NoConditionSpec or NoCorruptionSpec or NoHierarchySpec => [],
            PartSpec part => [Short(part)],
            IEnumerable<PartSpec> parts => parts.Select(Short),
            _ => Enumerable.Empty<string>(),
        });

    private static string Short(PartSpec part)
    {
        var info = Catalogue.Of(part);
        return info.Kind is "condition" or "corruption" or "hierarchy" or "penalty" ? $"{info.Kind} {info.Name}" : info.Name;
    }
}

using System.Text.Json.Nodes;
using VaeSharp.Cli.Drafts;
using VaeSharp.Data;
using VaeSharp.Models;
using VaeSharp.Specs;
using VaeSharp.Training;

namespace VaeSharp.Cli.Training;

/// <summary>Shows what would be trained.</summary>
internal sealed class DryRun(Experiment experiment, DataContext context)
{
    /// <summary>Writes the experiment as JSON, and beside it the numbers of parameters.</summary>
    public int Write(Terminal terminal, bool compact)
    {
        var data = experiment.Data.Describe() ?? experiment.LoadData(context).Train.Spec;
        experiment.Check(data);
        using var noise = new SeededNoise(experiment.Seed);
        using var model = experiment.Model.Build(data, noise);
        using var objective = experiment.Model.BuildObjective(data, noise);
        var (encoder, decoder) = (Count(model.Side(Side.Inference)), Count(model.Side(Side.Generation)));
        var critics = Count([objective]);
        var json = SpecWriter.ToJson(experiment);
        if (compact)
        {
            json = new JsonObject
            {
                ["event"] = "dry-run",
                ["experiment"] = json,
                ["parameters"] = new JsonObject { ["encoder"] = encoder, ["decoder"] = decoder, ["critics"] = critics },
            };
        }
        terminal.Line(compact ? Json.Compact(json) : Json.Indented(json));
        if (!compact)
        {
            terminal.Error.WriteLine($"{encoder + decoder:N0} parameters = {encoder:N0} (encoder) + {decoder:N0} (decoder)"
                + (critics > 0 ? $", and {critics:N0} of critics" : "") + $"; examples of {data.ShapeText}.");
        }
        return ExitCode.Success;
    }

    private static long Count(IEnumerable<TorchSharp.torch.nn.Module> parts) =>
        parts.SelectMany(part => part.parameters()).Sum(parameter => parameter.numel());
}

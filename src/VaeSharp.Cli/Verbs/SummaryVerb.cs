using System.CommandLine;
using VaeSharp.Imaging;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Specs;

namespace VaeSharp.Cli.Verbs;

/// <summary>Tells the layers of a model.</summary>
internal sealed class SummaryVerb : Verb
{
    private readonly Argument<string> run = CommonOptions.Run();

    public SummaryVerb() : base("summary", "Tell the layers of a model, with their shapes and parameters, and draw them.") => Add(run);

    public override IReadOnlyList<string> Notes =>
        ["Beside the tables it draws architecture.svg and .png, and the same for encoder and decoder alone, into the run's folder."];

    public override IReadOnlyList<(string Line, string What)> Examples =>
        [("vae summary runs/vae-digits-1", "Three tables and six drawings.")];

    public override int Run(ParseResult given, Terminal terminal)
    {
        using var model = VaeSharp.Training.Run.Open(given.GetValue(run)!);
        var architecture = model.Architecture;
        Write(terminal, architecture.Encoder);
        Write(terminal, architecture.Decoder);
        WriteWhole(terminal, architecture, model.Experiment.Name);
        if (model.Fit is not null)
            terminal.Paragraph($"Prior {Catalogue.Of(model.Prior).Name} was fitted to the codes of the trained model.");
        foreach (var file in RunPictures.ArchitectureOf(model))
            terminal.Line(file);
        return ExitCode.Success;
    }

    private static void Write(Terminal terminal, LayerGraph graph)
    {
        terminal.Heading($"Model: {graph.Name}");
        SummaryTable.Write(terminal, graph.Nodes.Select(node => new SummaryRow($"{node.Name} ({node.TypeName})", Shape(node.Shape),
            node.Parameters, string.Join(", ", node.Inputs.Select(input => input.Name)))));
        SummaryTable.WriteTotals(terminal, graph.Parameters, buffers: 0);
    }

    /// <summary>The whole model, its halves being a line each.</summary>
    private static void WriteWhole(Terminal terminal, Architecture architecture, string name)
    {
        var (encoder, decoder) = (architecture.Encoder, architecture.Decoder);
        var inputs = encoder.Inputs.Select(input => input.Name).ToList();
        var told = decoder.Inputs.Skip(1).Select(input => input.Name);
        terminal.Heading($"Model: {name}");
        SummaryTable.Write(terminal,
        [
            .. encoder.Inputs.Select(input => new SummaryRow($"{input.Name} ({input.TypeName})", Shape(input.Shape), 0, "")),
            new SummaryRow("encoder (Model)", Shapes(encoder.Outputs), encoder.Parameters, string.Join(", ", inputs)),
            new SummaryRow("decoder (Model)", Shapes(decoder.Outputs), decoder.Parameters,
                string.Join(", ", [.. encoder.Outputs.TakeLast(1).Select(output => $"encoder[{encoder.Outputs.Count - 1}]"), .. told])),
        ]);
        SummaryTable.WriteTotals(terminal, architecture.Parameters, architecture.Buffers);
    }

    private static string Shapes(IEnumerable<LayerNode> nodes) => string.Join(", ", nodes.Select(node => Shape(node.Shape)));

    private static string Shape(IReadOnlyList<long> shape) => shape.Count == 0 ? "" : $"[B, {string.Join(", ", shape)}]";
}

using System.CommandLine;
using VaeSharp.Cli.Training;
using VaeSharp.Imaging;
using VaeSharp.Specs;

namespace VaeSharp.Cli.Verbs;

/// <summary>Draws examples of a data set.</summary>
internal sealed class DataSheetVerb : Verb
{
    private readonly Argument<string> name = DataVerb.DataSet();
    private readonly Option<string> count = CommonOptions.Count(200);
    private readonly Option<string> dataDir = CommonOptions.DataFolder();
    private readonly Option<string> output = CommonOptions.Out("The picture. By default DATA-sheet.png.");

    public DataSheetVerb() : base("sheet", "Draw examples of a data set with their labels.")
    {
        Add(name);
        Group("Options", count, output, dataDir);
    }

    public override IReadOnlyList<(string Line, string What)> Examples =>
        [("vae data sheet digits", "Two hundred drawn digits, as digits-sheet.png.")];

    public override int Run(ParseResult given, Terminal terminal)
    {
        var number = given.Whole(count, 200, most: 10_000);
        var spec = DataVerb.Parse(given.GetValue(name)!);
        var path = given.GetValue(output) ?? $"{Catalogue.Of(spec).Name}-sheet.png";
        if (Path.GetExtension(path) != ".png")
            throw new UsageException($"--out: the file must end in .png, got '{path}'.");
        var shown = spec.Load(RunData.Context(given.GetValue(dataDir), terminal)).Train.Take(number);
        if (!shown.Spec.IsDrawable)
            throw new UsageException($"Examples of {shown.Spec.ShapeText} cannot be drawn, only images of 1 or 3 channels.");
        var values = new float[shown.Count * shown.Spec.Size];
        shown.CopyTo([.. Enumerable.Range(0, shown.Count)], values);
        var captions = Enumerable.Range(0, shown.Count).Select(i => shown.HasLabels ? shown.Spec.ClassNames[shown.Label(i)] : $"{i + 1}");
        DataSheet.Draw(ImageSet.From(values, shown.Spec), [.. captions], title: $"The first {shown.Count} of {shown.Name}").Save(path);
        terminal.Line(path);
        return ExitCode.Success;
    }
}

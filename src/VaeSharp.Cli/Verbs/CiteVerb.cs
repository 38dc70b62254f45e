using System.CommandLine;
using VaeSharp.Specs;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Cli.Verbs;

/// <summary>Writes the papers of a model as BibTeX.</summary>
internal sealed class CiteVerb : Verb
{
    private readonly Argument<string> name = new("NAME")
    {
        Description = "A model, a recipe, a part or a data set, as 'vae list' names them, or the folder of a run.",
        Arity = ArgumentArity.ExactlyOne,
    };

    public CiteVerb() : base("cite", "Write the papers of a model and of all its parts, or of a run, as BibTeX.") => Add(name);

    public override IReadOnlyList<string> Notes =>
    [
        "Each paper is there once, beneath a line that says what comes from it. Of a part outside of this program, whose paper it does not "
            + "know, the entry says what the part says.",
    ];

    public override IReadOnlyList<(string Line, string What)> Examples =>
    [
        ("vae cite factor-vae > refs.bib", "The paper of the model, and those of its parts."),
        ("vae cite runs/vae-digits-1", "The papers of what was trained: of the data and the optimiser too."),
        ("vae cite objective:iwae", "One part."),
    ];

    public override int Run(ParseResult given, Terminal terminal)
    {
        var typed = given.GetValue(name)!;
        var uses = Uses(typed).ToList();
        foreach (var entry in References.Of(uses.Select(use => use.Paper)))
        {
            var users = uses.Where(use => References.Of(use.Paper).Any(other => Same(other, entry))).Select(use => use.What).Distinct();
            terminal.Line($"% {string.Join(", ", users)}");
            terminal.Line(entry.BibTeX);
            terminal.Line();
        }
        if (uses.All(use => use.Paper.Length == 0))
            terminal.Error.WriteLine($"'{typed}' names no paper.");
        return ExitCode.Success;
    }

    // Keys of papers that are not in the library's file may have got a letter.
    private static bool Same(Reference a, Reference b) =>
        a.IsListed ? a == b : !b.IsListed && a.Field("note") == b.Field("note");

    /// <summary>What is in use, and the paper that it names.</summary>
    private static IEnumerable<(string What, string Paper)> Uses(string name)
    {
        if (Kinds.FindOrNull(name) is null && Directory.Exists(name))
        {
            RunFolder.Expect(name);
            var trained = Of(Experiment.Load(Path.Combine(name, "experiment.json")));
            return FittedPrior.Find(name) is { } fit ? trained.Concat(Parts(fit)).Distinct() : trained;
        }
        var (rows, recipes, parts) = Kinds.Find(name);
        return [.. rows.SelectMany(Of), .. recipes.SelectMany(Of), .. parts.Select(Of)];
    }

    private static IEnumerable<(string, string)> Of(Row row) => Parts(row.Spec).Prepend(($"model {row.Name}", row.Paper));

    private static IEnumerable<(string, string)> Of(Experiment experiment) =>
        ModelZoo.Rows.Where(row => row.Name == experiment.Name).Select(row => ($"model {row.Name}", row.Paper)).Concat(Parts(experiment));

    private static (string, string) Of(PartInfo part) => ($"{Catalogue.KindName(part.Type)} {part.Name}", part.Paper);

    private static IEnumerable<(string, string)> Parts(Spec spec) => ShowPage.Parts(spec)
        .Select(part => Catalogue.Parts.FirstOrDefault(known => known.Type == part.GetType())).OfType<PartInfo>().Select(Of);
}

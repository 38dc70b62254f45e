using System.CommandLine;
using VaeSharp.Cli.Drafts;

namespace VaeSharp.Cli.Verbs;

/// <summary>Explains a model or a part.</summary>
internal sealed class ShowVerb : Verb
{
    private readonly Option<bool> json = CommonOptions.Json();
    private readonly Argument<string> name = new("NAME")
    {
        Description = "A model, a recipe, a part or a data set, as 'vae list' names them; where two kinds share a name, as rate:weighted. "
            + "A model's other names find it too.",
        Arity = ArgumentArity.ExactlyOne,
    };

    public ShowVerb()
        : base("show", "Explain a model, a recipe, a part or a data set: formula, paper, options with their ranges and defaults.")
    {
        Add(name);
        Group("Options", json);
    }

    public override IReadOnlyList<(string Line, string What)> Examples =>
    [
        ("vae show beta-vae", "A model of the zoo: what it is made of, and what can be changed."),
        ("vae show vae_cnn", "A recipe: model, training and data."),
        ("vae show density-ratio", "A part."),
        ("vae show objective:reconstruction", "A part of one kind."),
    ];

    public override int Run(ParseResult given, Terminal terminal)
    {
        var pages = Find(given.GetValue(name)!);
        for (var i = 0; i < pages.Count; i++)
        {
            if (given.GetValue(json))
            {
                terminal.Line(Json.Compact(pages[i].ToJson()));
                continue;
            }
            if (i > 0)
                terminal.Line();
            pages[i].Write(terminal);
        }
        return ExitCode.Success;
    }

    private static List<ShowPage> Find(string name)
    {
        var (rows, recipes, parts) = Kinds.Find(name);
        return [.. rows.Select(ShowPage.Of), .. recipes.Select(ShowPage.Of), .. parts.Select(ShowPage.Of)];
    }
}

using System.Globalization;
using System.Text;
using VaeSharp.Evaluation;
using VaeSharp.Specs;
using VaeSharp.Zoo;

namespace VaeSharp.Cli.Gallery;

/// <summary>A gallery's pages, in Markdown.</summary>
internal static class GalleryPages
{
    private const string None = "–";
    private const string Look = "README.md#how-to-look-at-the-pictures";

    /// <summary>The page of one row.</summary>
    public static string Page(Row row, GalleryEntry entry)
    {
        var text = new StringBuilder($"# {row.Name}\n\n{row.Summary}\n");
        if (row.Formula.Length > 0)
            text.Append($"\nTraining minimises\n\n```\n{row.Formula}\n```\n");
        Line(text, "Paper", row.Paper);
        Line(text, "Also known as", TextLayout.Join(row.OtherNames));
        Line(text, "Where it differs", row.Differs);
        Line(text, "What it costs", row.Cost);
        if (entry.IsDrawn)
            text.Append($"\n![Originals, reconstructions and samples of {row.Name}](images/{row.Name}.png)\n\n[How to look at it]({Look})\n");
        text.Append("\n| on the validation set | |\n|---|---|\n");
        foreach (var (name, number) in Numbers(row, entry))
            text.Append($"| {name} | {number} |\n");
        text.Append("\n| choice | |\n|---|---|\n");
        foreach (var property in SpecProperties.Of(typeof(VaeSpec)))
            text.Append($"| {property.FlagName()} | {Cell(Choice(property.GetValue(row.Spec)))} |\n");
        var fit = entry.Fitted.Length > 0 ? $"vae fit RUN --prior {entry.Fitted}\n" : "";
        text.Append($"\n```bash\nvae train {row.Name} {entry.Budget.Options}\n{fit}vae show {row.Name}\nvae cite {row.Name}\n```\n");
        return text.Append("\n[All models](README.md)\n").ToString();
    }

    /// <summary>The page that leads to all rows, by group.</summary>
    public static string Index(IReadOnlyList<(Row Row, GalleryEntry Entry)> rows, GalleryBudget budget)
    {
        var epochs = budget.Epochs == 1 ? "epoch" : "epochs";
        var text = new StringBuilder($"""
            # The zoo

            Each model, trained on `{budget.Data}` for {budget.Epochs} {epochs} with seed {budget.Seed}. These pages are made by

            ```bash
            {budget.Command}
            ```

            which goes on where it was stopped, and trains only rows that are new or changed.

            | column | on the validation set |
            |---|---|
            | Z | latent units |
            | reconstruction | −E log p(x\|z), in nats per example; compares only between rows of the same likelihood |
            | KL | KL(q(z\|x) ‖ p(z)), in nats per example; {None} where the objective has no divergence |
            | sum | reconstruction + KL; the negative evidence lower bound where the likelihood is a density |
            | squared error | of a pixel, decoded from the mean code; compares between all rows |
            | active | units whose mean varies over the examples by more than {ActiveUnits.Threshold} (Burda et al. 2016); {None} where the scale of codes has no meaning: shares, and codes of a codebook |
            | samples/s | training examples per second on the machine that made the page, in one run; another day's can be half as many again |

            A short training tells how models differ, not how far each can come. The rows keep their own numbers of latent units: Z is part of the model.

            ## How to look at the pictures

            Reconstructions are decoded from the mean codes of images that the model was not trained on, samples from codes that the prior draws. With
            two units both are blurred, and samples are as good as reconstructions. With more, reconstructions get better and samples get worse: the
            prior draws each unit by itself, while the codes of data fill a part of that space only, and a part that gets smaller with each unit. Behind so
            few epochs, digits of rows with fifty units and more are often broken, and so are those of codes made of choices. A prior that is fitted to the
            codes (`vae fit`) draws where they are. Models without any prior of their own have one fitted here, for as many epochs:
            their samples come from that, and their pages say so. Choices from a codebook for each place of an image are the extreme: under the uniform
            prior they do not know each other, and samples are patchwork until an autoregressive prior is fitted.

            """.ReplaceLineEndings("\n"));
        foreach (var group in rows.GroupBy(one => one.Row.Group))
        {
            text.Append($"\n## {group.Key}\n\n| model | Z | reconstruction | KL | sum | squared error | active | samples/s |\n"
                + "|---|--:|--:|--:|--:|--:|--:|--:|\n");
            foreach (var (row, entry) in group)
            {
                var active = HasScale(row) ? $"{entry.ActiveUnits}" : None;
                text.Append($"| [{row.Name}]({row.Name}.md) | {entry.Latent} | {Nats(entry.Reconstruction)} | {Nats(entry.Kl)} | "
                    + $"{Nats(entry.Reconstruction + entry.Kl)} | {Error(entry)} | {active} | {Speed(entry)} |\n");
            }
        }
        return text.ToString();
    }

    private static IEnumerable<(string Name, string Number)> Numbers(Row row, GalleryEntry entry) =>
    [
        ("reconstruction, nats", Nats(entry.Reconstruction)),
        ("KL, nats", entry.Kl is null ? "none: the objective has no divergence" : Nats(entry.Kl)),
        .. entry.OfCodes.OrderBy(one => one.Key, StringComparer.Ordinal).Select(OfCodes),
        ("squared error of a pixel", Error(entry)),
        .. HasScale(row) ? [("active units", $"{entry.ActiveUnits} of {entry.Latent}")] : Array.Empty<(string, string)>(),
        .. entry.Fitted.Length > 0 ? [("samples", $"of prior {entry.Fitted}, fitted to the codes")] : Array.Empty<(string, string)>(),
        ("training", string.Create(CultureInfo.InvariantCulture, $"{entry.Seconds:F0} s, {Speed(entry)} samples/s")),
    ];

    // Of kl-1, kl-discrete, usage, usage-top and the like.
    private static (string Name, string Number) OfCodes(KeyValuePair<string, double> measure)
    {
        var (what, which) = measure.Key.Split('-', 2) is [var first, var rest] ? (first, rest) : (measure.Key, "");
        var level = which.Length > 0 ? $", {which} level" : "";
        return what switch
        {
            "usage" => ($"codes that a batch uses{level}", measure.Value.ToString("P0", CultureInfo.InvariantCulture)),
            "perplexity" => ($"perplexity of a batch's codes{level}", measure.Value.ToString("F0", CultureInfo.InvariantCulture)),
            _ when int.TryParse(which, out var number) => ($"KL of z{number}, nats", Nats(measure.Value)),
            _ => ($"KL of the {which} part, nats", Nats(measure.Value)),
        };
    }

    // Whether an amount by which means of units vary says anything.
    private static bool HasScale(Row row) => (row.Spec.Posterior.Gives & (Traits.Simplex | Traits.FinitelyMany)) == 0;

    private static string Nats(double? nats) => nats is { } number && double.IsFinite(number)
        ? (Math.Abs(number) < 0.005 ? 0 : number).ToString("F2", CultureInfo.InvariantCulture).Replace('-', '−')
        : None;

    private static string Error(GalleryEntry entry) => entry.SquaredError.ToString("F4", CultureInfo.InvariantCulture);

    private static string Speed(GalleryEntry entry) => entry.SamplesPerSecond.ToString("N0", CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, string name, string value)
    {
        if (value.Length > 0)
            text.Append($"\n**{name}:** {value}{(value.EndsWith('.') ? "" : ".")}\n");
    }

    // gaussian; elbo (rate weighted (beta 4), samples 1)
    private static string Choice(object? value) => value switch
    {
        IEnumerable<Spec> parts => parts.Any() ? string.Join(", ", parts.Select(Choice)) : "none",
        Spec part => SpecProperties.Of(part.GetType()).Where(property => property.GetValue(part) is not "")
            .Select(property => $"{property.FlagName()} {Choice(property.GetValue(part))}").ToList() is { Count: > 0 } options
            ? $"{SpecWriter.ToText(part)} ({string.Join(", ", options)})"
            : SpecWriter.ToText(part),
        _ => TextLayout.Value(value),
    };

    private static string Cell(string text) => text.Replace("|", @"\|");
}

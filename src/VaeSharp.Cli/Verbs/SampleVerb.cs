using System.CommandLine;
using VaeSharp.Posteriors;
using VaeSharp.Specs;

namespace VaeSharp.Cli.Verbs;

/// <summary>Draws new examples.</summary>
internal sealed class SampleVerb : Verb
{
    private readonly Argument<string> run = CommonOptions.Run();
    private readonly Option<string> count = CommonOptions.Count(100);
    private readonly Option<string> label = CommonOptions.Text("--label", "LABEL",
        "Of models that are told a label: the class to draw, by name or number. By default all classes.");
    private readonly Option<string> from = CommonOptions.Text("--from", "WHERE",
        "Where codes are from: prior, or metric, of models like rhvae that learn one. By default prior.");
    private readonly Option<string> temperature = CommonOptions.Text("--temperature", "T",
        "Factor on the spread of codes; of pixel-cnn, what each index's logits are divided by. Below 1 more typical, above 1 more varied. "
            + "By default 1.");
    private readonly Option<string> seed = CommonOptions.Seed();
    private readonly Option<string> device = CommonOptions.Device();
    private readonly Option<string> output = CommonOptions.Out("A .png picture, or a .npy array. By default plots/samples.png of the run.");

    public SampleVerb() : base("sample", "Draw new examples from a trained model.")
    {
        Add(run);
        Group("Options", count, label, from, temperature, seed, output, device);
    }

    public override IReadOnlyList<(string Line, string What)> Examples =>
    [
        ("vae sample runs/vae-digits-1", "A hundred new digits."),
        ("vae sample runs/cvae-digits-1 --label 7 --count 20", "Twenty sevens."),
        ("vae sample runs/rhvae-digits-1 --from metric", "Digits near to those that the model learned its metric of."),
        ("vae sample runs/vae-digits-1 --count 10000 --out samples.npy", "An array for other programs."),
    ];

    public override int Run(ParseResult given, Terminal terminal)
    {
        var (number, spread) = (given.Whole(count, 100), given.Number(temperature, 1, least: 0, most: 100));
        var start = given.Whole(seed, 0, least: 0, most: int.MaxValue);
        using var model = VaeSharp.Training.Run.Open(given.GetValue(run)!, given.GetValue(device) ?? "cpu");
        var byMetric = IsByMetric(given, model);
        if (!byMetric && !model.CanGenerate)
        {
            var posterior = Catalogue.Of(model.Experiment.Model.Posterior).Name;
            throw new UsageException($"Posterior '{posterior}' learns no density to draw new examples from, and no penalty draws its codes "
                + $"to the prior. Fit one to its codes with 'vae fit {model.Path} --prior mixture', or try 'vae reconstruct'.");
        }
        var labels = Labels(model, given.GetValue(label), number);
        var path = given.GetValue(output) ?? Path.Combine(model.Path, "plots", "samples.png");
        var file = OutputFile.For(path, model.Data);
        var examples = byMetric ? model.GenerateByMetric(number, labels, start) : model.Generate(number, labels, start, spread);
        file.Write(examples, columns: 10);
        terminal.Line(path);
        return ExitCode.Success;
    }

    private bool IsByMetric(ParseResult given, VaeSharp.Training.Run model)
    {
        switch (given.GetValue(from))
        {
            case null or "prior":
                return false;
            case "metric" when !model.HasMetric:
                var others = Catalogue.Of(typeof(PosteriorSpec)).Where(info => ((PosteriorSpec)info.Default).HasMetric);
                throw new UsageException($"--from: posterior '{Catalogue.Of(model.Experiment.Model.Posterior).Name}' learns no metric. One "
                    + $"that does: {string.Join(", ", others.Select(info => info.Name))}.");
            case "metric":
                return given.GetValue(temperature) is null ? true
                    : throw new UsageException("--temperature: codes from the metric have no temperature; leave it out, or say "
                        + "--from prior.");
            case var name:
                throw new UsageException($"--from: codes are not from '{name}'. {Suggestion.For(name, ["prior", "metric"])}");
        }
    }

    private static int[] Labels(VaeSharp.Training.Run model, string? wanted, int count)
    {
        if (!model.NeedsLabels && wanted is not null)
            throw new UsageException("--label: this model is not told labels. Train one that is with --condition label.");
        if (!model.NeedsLabels)
            return [];
        if (wanted is null)
            return [.. Enumerable.Range(0, count).Select(i => (int)((long)i * model.Data.Classes / count))];
        var names = model.Data.ClassNames;
        var found = names.ToList().IndexOf(wanted);
        if (found < 0 && int.TryParse(wanted, out var number) && number >= 0 && number < names.Count)
            found = number;
        return found >= 0
            ? [.. Enumerable.Repeat(found, count)]
            : throw new UsageException($"--label: there is no class '{wanted}'. {Suggestion.For(wanted, names)}");
    }
}

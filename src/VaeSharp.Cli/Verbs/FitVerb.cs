using System.CommandLine;
using VaeSharp.Cli.Drafts;
using VaeSharp.Cli.Training;
using VaeSharp.Specs;
using VaeSharp.Training;
using VaeSharp.Zoo;
using static VaeSharp.Cli.CommonOptions;

namespace VaeSharp.Cli.Verbs;

/// <summary>Fits a prior to the codes of a trained model.</summary>
internal sealed class FitVerb : Verb
{
    private readonly Argument<string> run = CommonOptions.Run();
    private readonly Option<string> prior = Text("--prior", "PART", $"The prior: {Names()}. Its options stand behind a colon: "
        + "mixture:components=50.");

    private readonly Option<string>[] training =
    [
        Text("--epochs", "N", "Number of passes over the training data. By default as many as the run's."),
        Text("--batch-size", "N", "Number of examples in a step. By default as the run's."),
        TrainOptions.Choice("optimizer"), TrainOptions.Choice("schedule"),
        Seed(),
        Device(),
        Text("--threads", "N", "Number of processor threads. By default as the run's."),
    ];

    private readonly Option<bool> resume = Switch("--resume", "Go on with a fit that was stopped, exactly as if it had not been.");
    private readonly Option<bool> undo = Switch("--undo", "Take the fitted prior away: the run has its own again.");
    private readonly Option<string> dataDir = DataFolder();
    private readonly Option<bool> quiet = Quiet();
    private readonly Option<bool> json = Json();

    public FitVerb() : base("fit", "Fit a prior to the codes of a trained model, which stays as it is.")
    {
        Add(run);
        Group("The prior", prior, resume, undo);
        Group("The training", training);
        Group("Options", dataDir, quiet, json);
    }

    public override IReadOnlyList<string> Notes =>
    [
        "The prior is kept in the run's folder prior/, and from then on the run has it: sample, evaluate, plot and summary use it. The "
            + "model's own weights are not touched. Another fit replaces it when it is done.",
        "It learns where the codes of the training data are: draws of q(z|x), anew in each epoch. So an autoencoder whose codes have no "
            + "density can draw new examples, and a variational one draws from where its codes are instead of from N(0, I).",
    ];

    public override IReadOnlyList<(string Line, string What)> Examples =>
    [
        ("vae fit runs/rae-digits-1 --prior mixture", "Ten normal distributions over the codes; then 'vae sample' draws from them."),
        ("vae fit runs/vae-digits-1 --prior real-nvp:layers=8 --epochs 60", "A flow, for longer than the model was trained."),
        ("vae fit runs/vae-digits-1 --prior two-stage", "A second variational autoencoder, of the codes."),
        ("vae fit runs/vq-vae-digits-1 --prior pixel-cnn", "A network over the codes of a VQ-VAE, which then draws images."),
        ("vae fit runs/vae-digits-1 --undo", "Back to the prior that the model was trained with."),
    ];

    public override int Run(ParseResult given, Terminal terminal)
    {
        var folder = given.GetValue(run)!;
        Option[] ways = [prior, resume, undo];
        var chosen = ways.Where(option => given.GetResult(option) is { Implicit: false }).ToList();
        if (chosen.Count != 1)
            throw new UsageException(chosen.Count == 0 ? $"--prior: say which prior to fit: {Names()}."
                : $"{TextLayout.Join(chosen.Select(option => option.Name))} are different things to do: leave out all but one.");
        var changes = training.Where(option => given.GetValue(option) is not null).Select(option => option.Name).ToList();
        if (chosen[0] != prior && changes.Count > 0)
            throw new UsageException($"{chosen[0].Name} needs nothing else: leave out {TextLayout.Join(changes)}.");
        if (chosen[0] == undo)
        {
            FittedPrior.Remove(folder);
            terminal.Line(folder);
            return ExitCode.Success;
        }
        RunFolder.Expect(folder);
        var experiment = Experiment.Load(Path.Combine(folder, "experiment.json"));
        var job = new FitJob(experiment, folder, terminal)
        {
            Data = RunData.Context(given.GetValue(dataDir), terminal),
            DataDir = given.GetValue(dataDir),
            Display = TrainingDisplay.For(terminal, given.GetValue(quiet), given.GetValue(json)),
        };
        return chosen[0] == resume ? job.Resume() : job.Start(Plan(given, experiment));
    }

    private Experiment Plan(ParseResult given, Experiment experiment)
    {
        var draft = new ExperimentDraft(PriorFit.Plan(experiment, experiment.Model.Prior));
        foreach (var option in training.Prepend(prior))
            TrainVerb.Set(draft, option, given);
        return draft.Read(fit => Compatibility.FitViolations(experiment.Model, fit.Model.Prior, experiment.Data.Describe()));
    }

    private static string Names() => string.Join(", ", Catalogue.Parts
        .Where(part => part.Default is Priors.PriorSpec prior && !prior.Gives.HasFlag(Traits.Fixed)).Select(part => part.Name));
}

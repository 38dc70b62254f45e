namespace VaeSharp.Cli.Gallery;

/// <summary>What every row of a gallery is trained with: numbers of different budgets do not stand in one table.</summary>
/// <param name="Data">The data set, as the command line names it.</param>
/// <param name="Epochs">Number of passes over the training data.</param>
/// <param name="Seed">Seed of everything random.</param>
internal sealed record GalleryBudget(string Data, int Epochs, long Seed)
{
    /// <summary>The command that makes a gallery with it.</summary>
    public string Command => $"vae gallery {Options}";

    /// <summary>The options of <c>vae gallery</c> and <c>vae train</c> that say it.</summary>
    public string Options => $"--data {Invocation.Quote(Data)} --epochs {Epochs} --seed {Seed}";
}

using VaeSharp.Training;

namespace VaeSharp.Samples;

/// <summary>Carries weights to Keras and back: a recipe is trained, exported, and made a run again from the exported file.</summary>
public static class CarryWeights
{
    /// <summary>Trains into a new folder.</summary>
    public static void Execute(string folder)
    {
        var recipe = Recipes.Find("vae_mlp") with { Data = new Data.DigitsSpec() };               // MNIST's shape, without a download
        recipe = recipe with { Training = recipe.Training with { Epochs = 1 } };
        Trainer.Run(recipe, folder);
        using var trained = Run.Open(folder);
        var files = trained.ExportKeras(Path.Combine(folder, "keras"));

        var again = $"{folder}-again";
        RunImport.Create(recipe, recipe.Data.Describe()!, weights: files[0], again);
        using var imported = Run.Open(again);
        var test = recipe.LoadData().Test!.Take(1000);
        var same = trained.Encode(test).SequenceEqual(imported.Encode(test));
        Console.WriteLine($"{string.Join(", ", files.Select(Path.GetFileName))}; the codes are {(same ? "the same" : "others")}.");
    }
}

using System.Security.Cryptography;
using VaeSharp.Interop;
using VaeSharp.Models;

namespace VaeSharp.Training;

/// <summary>
/// A prior that was fitted to the codes of a run, in a folder within the run's. It has the files of a run, and weights of the prior alone.
/// </summary>
public static class FittedPrior
{
    /// <summary>The folder's name.</summary>
    public const string Name = "prior";

    /// <summary>The name of the folder in which a fit is under way, or was ended before its time.</summary>
    internal const string Unfinished = "prior.unfinished";

    private const string Replaced = "prior.replaced";

    /// <summary>How the prior of a run was fitted, with the prior as its model's; null where the run has its own.</summary>
    /// <exception cref="InvalidDataException">The file does not hold an experiment.</exception>
    public static Experiment? Find(string run)
    {
        var path = Path.Combine(run, Name, "experiment.json");
        return File.Exists(path) ? Experiment.Load(path) : null;
    }

    /// <summary>Takes the fitted prior away, an unfinished one too: the run has its own prior again.</summary>
    /// <exception cref="IOException">There is no run in the folder, it has no fitted prior, or is in use.</exception>
    public static void Remove(string run)
    {
        using var home = RunFolder.Open(run);
        string[] folders = [.. new[] { home.File(Name), home.File(Unfinished), home.File(Replaced) }.Where(Directory.Exists)];
        if (folders.Length == 0)
            throw new IOException($"Run '{run}' has no fitted prior.");
        foreach (var folder in folders)
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>Makes the unfinished prior that of the run.</summary>
    internal static void Install(RunFolder home)
    {
        var (place, old) = (home.File(Name), home.File(Replaced));
        if (Directory.Exists(old))
            Directory.Delete(old, recursive: true);
        if (Directory.Exists(place))
            Directory.Move(place, old);
        Directory.Move(home.File(Unfinished), place);
        if (Directory.Exists(old))
            Directory.Delete(old, recursive: true);
        File.Delete(Path.Combine(place, "checkpoint.safetensors"));                              // there is nothing to go on with
    }

    /// <summary>Builds a run's model of its weights, with the prior that was fitted to its codes, if there is one.</summary>
    /// <exception cref="InvalidDataException">A file is damaged or does not fit, or the prior was fitted to other weights.</exception>
    internal static Autoencoder Open(string run, Experiment experiment, Experiment? fit)
    {
        var weights = Path.Combine(run, "weights.safetensors");
        var model = Build(experiment, weights, fit);
        if (fit is null)
            return model;
        var path = Path.Combine(run, Name, "weights.safetensors");
        if (Checkpoint.OriginOf(path) != Checksum(weights))
        {
            throw new InvalidDataException($"The prior of run '{run}' was fitted to other weights than the run has now. Fit one again with "
                + $"'vae fit {run} --prior …', or take it away with 'vae fit {run} --undo'.");
        }
        using var file = SafeTensorsFile.Open(path);
        TensorFiles.Fill(file, path, prefix: "", model.FindPrior().state_dict());
        return model;
    }

    /// <summary>Builds a run's model of its weights, with its own prior, or with the weights of another still arbitrary.</summary>
    internal static Autoencoder Build(Experiment experiment, string weights, Experiment? fit)
    {
        using var file = SafeTensorsFile.Open(weights);
        var data = DataSpecJson.Read(file.Metadata.GetValueOrDefault(DataSpecJson.Key), weights);
        var model = experiment.Model.Build(data, fit?.Model.Prior);
        TensorFiles.Fill(file, weights, prefix: "", model.state_dict(), fit is null ? null : IsOfTheRest);
        return model;

        bool IsOfTheRest(string name)
        {
            var prior = model.FindPrior();
            var own = model.named_modules().First(part => ReferenceEquals(part.module, prior)).name;
            return !name.StartsWith($"{own}.", StringComparison.Ordinal);
        }
    }

    /// <summary>What tells one file of weights from another.</summary>
    internal static string Checksum(string weights)
    {
        using var stream = File.OpenRead(weights);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}

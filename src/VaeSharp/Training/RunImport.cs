using System.Security.Cryptography;
using System.Text.Json.Nodes;
using VaeSharp.Native;

namespace VaeSharp.Training;

/// <summary>Makes runs of weights that were trained elsewhere.</summary>
public static class RunImport
{
    /// <summary>Makes a run's folder from weights alone.</summary>
    /// <param name="experiment">The model that the weights are of, and the data that it is for.</param>
    /// <param name="data">What one example is.</param>
    /// <param name="weights">Keras's HDF5 of either layout, a .keras archive, safetensors, or the folder of a run.</param>
    /// <param name="folder">The run's folder, which must be new or empty.</param>
    /// <exception cref="Specs.SpecException">The model cannot be built.</exception>
    /// <exception cref="IOException">The file cannot be read, or the folder is not empty or not writable.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or does not fit the model; the message names the layer.</exception>
    public static void Create(Experiment experiment, DataSpec data, string weights, string folder)
    {
        Libtorch.Load();
        experiment.Check(data);
        using var noise = new SeededNoise(experiment.Seed);                                      // for what a file of Keras lacks
        using var model = experiment.Model.Build(data, noise);
        var form = WeightFiles.Load(model, weights);
        using var home = RunFolder.Create(folder);
        var source = WeightFiles.FileOf(weights);
        using var stream = File.OpenRead(source);
        var origin = new JsonObject
        {
            ["file"] = Path.GetFileName(source),
            ["form"] = form,
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(stream)),
        };
        experiment.Save(home.Experiment);
        RunRecord.WriteEnvironment(home, origin);
        RunRecord.WriteSummary(home, experiment, model, Path.GetFileName(source));
        Checkpoint.SaveWeights(model, data, home, imported: Path.GetFileName(source));
    }
}

using VaeSharp.Interop;
using VaeSharp.Keras;
using VaeSharp.Models;

namespace VaeSharp.Training;

/// <summary>Weights from files that other programs, or this one, wrote.</summary>
internal static class WeightFiles
{
    /// <summary>The key of a weight file's metadata that says where imported weights came from.</summary>
    public const string Imported = "imported";

    /// <summary>
    /// Fills a model from safetensors, from Keras's HDF5 of either layout, from a .keras archive, or from the folder of a run.
    /// </summary>
    /// <returns>What the file is.</returns>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or does not fit the model; the message says where.</exception>
    public static string Load(Autoencoder model, string path)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, "weights.safetensors") : path;
        if (!File.Exists(file))
            throw new FileNotFoundException($"There is no weight file '{file}'.");
        if (KerasWeights.IsKeras(file))
        {
            KerasFiles.Load(model, file);
            return "Keras";
        }
        if (!LooksLikeSafeTensors(file))
            throw InputFile.Refuse(file, "is no weight file: neither safetensors nor Keras's (.weights.h5, .h5, .keras)");
        using var tensors = SafeTensorsFile.Open(file);
        TensorFiles.Fill(tensors, file, prefix: "", model.state_dict());
        return "safetensors";
    }

    // A length that is not absurd, and the brace of its JSON.
    private static bool LooksLikeSafeTensors(string path)
    {
        using var stream = InputFile.Open(path);
        Span<byte> start = stackalloc byte[9];
        return stream.ReadAtLeast(start, 9, throwOnEndOfStream: false) == 9 && start[8] == '{';
    }
}

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
        var file = FileOf(path);
        var isKeras = KerasWeights.IsKeras(file);
        if (isKeras)
        {
            KerasFiles.Load(model, file);
        }
        else
        {
            if (!LooksLikeSafeTensors(file))
                throw InputFile.Refuse(file, "is no weight file: neither safetensors nor Keras's (.weights.h5, .h5, .keras)");
            using var tensors = SafeTensorsFile.Open(file);
            TensorFiles.Fill(tensors, file, prefix: "", model.state_dict());
        }
        ExpectNumbers(model, file);
        return isKeras ? "Keras" : "safetensors";
    }

    /// <summary>The file itself; of a run's folder, the file that has its weights.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public static string FileOf(string path)
    {
        if (!Directory.Exists(path))
            return File.Exists(path) ? path : throw new FileNotFoundException($"There is no weight file '{path}'.");
        var weights = Path.Combine(path, "weights.safetensors");
        return File.Exists(weights)
            ? weights
            : throw new FileNotFoundException($"Folder '{path}' holds no run: it has no weights.safetensors.");
    }

    private static void ExpectNumbers(Autoencoder model, string file)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var wrong = model.state_dict().FirstOrDefault(tensor => !tensor.Value.isfinite().all().item<bool>()).Key;
        if (wrong is not null)
            throw InputFile.Refuse(file, $"has values that are not finite, in what becomes '{wrong}'");
    }

    // A length that is not absurd, and the brace of its JSON.
    private static bool LooksLikeSafeTensors(string path)
    {
        using var stream = InputFile.Open(path);
        Span<byte> start = stackalloc byte[9];
        return stream.ReadAtLeast(start, 9, throwOnEndOfStream: false) == 9 && start[8] == '{';
    }
}

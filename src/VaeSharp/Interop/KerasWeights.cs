namespace VaeSharp.Interop;

/// <summary>
/// Files of Keras weights: Keras 3's layout by class (.weights.h5, and the same in a .keras archive), and the older layout by layer (.h5).
/// </summary>
public static class KerasWeights
{
    /// <summary>
    /// Whether a file is one of HDF5, or an archive that Keras wrote. Reads the marks where an HDF5 file may begin, and an archive's
    /// table of contents; a damaged archive is Keras's if its name ends in <c>.keras</c>.
    /// </summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static bool IsKeras(string path)
    {
        using var stream = InputFile.Open(path);
        return Hdf5File.Start(stream) is not null || KerasArchive.Is(stream, path);
    }

    /// <summary>Reads a file of weights in either layout, or a .keras archive.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostBytes">
    /// The most bytes of array data, in all, that the caller can use. A small file can unpack to a thousand times its size: one that has
    /// more than this is refused before memory is taken for it.
    /// </param>
    /// <returns>
    /// The saved model's own layers first, under an empty name and only if there are any; then the models within it. In the older layout
    /// layers stand in the model's order; Keras 3's files do not keep it: there, by class in the file's order and by number within a class.
    /// </returns>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is corrupt, has something that is not read, or has too much.</exception>
    public static IReadOnlyList<KerasModel> Read(string path, long mostBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(mostBytes);
        using var stream = InputFile.Open(path);
        if (Hdf5File.Start(stream) is not null)
            return Read(Hdf5File.Open(stream, path, mostBytes));
        if (!KerasArchive.IsZip(stream))
            throw InputFile.Refuse(path, "is neither an HDF5 file nor a .keras archive");
        using var content = KerasArchive.Weights(stream, path, mostBytes);
        return Read(Hdf5File.Open(content, path, mostBytes));
    }

    /// <summary>Writes weights in Keras 3's layout, as its <c>save_weights("….weights.h5")</c> does. All or nothing.</summary>
    /// <param name="path">The file; Keras wants its name to end in <c>.weights.h5</c>.</param>
    /// <param name="name">The saved model's own name.</param>
    /// <param name="inputs">The saved model's own layers, the inputs among them.</param>
    /// <param name="models">The models within it. Every layer and model has a class; the order within a class is the model's.</param>
    public static void Write(string path, string name, IReadOnlyList<KerasLayer> inputs, IReadOnlyList<KerasModel> models) =>
        KerasWriter.Write(path, name, inputs, models);

    /// <summary>Writes weights in the older layout, as Keras 2's <c>save_weights("….h5")</c> does. All or nothing.</summary>
    /// <param name="path">The file; Keras wants its name to end in <c>.h5</c>.</param>
    /// <param name="inputs">Names of the saved model's layers without weights, which come first: its inputs.</param>
    /// <param name="models">The models within it, or layers of its own under an empty name, in the model's order.</param>
    public static void WriteLegacy(string path, IReadOnlyList<string> inputs, IReadOnlyList<KerasModel> models) =>
        KerasLegacyWriter.Write(path, inputs, models);

    private static List<KerasModel> Read(Hdf5File file)
    {
        var root = file.Root;
        var isWhole = !KerasLegacyReader.Is(root) && root.HasGroup(KerasLegacyReader.WholeModel);
        var weights = isWhole ? root.Group(KerasLegacyReader.WholeModel) : root;
        return KerasLegacyReader.Is(weights) ? new KerasLegacyReader(file).Read(weights) : new KerasReader(file).Read(root);
    }
}

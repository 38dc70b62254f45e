using PureHDF;

namespace VaeSharp.Interop;

/// <summary>What the two writers of Keras weights share.</summary>
internal static class KerasFile
{
    /// <summary>Writes a file, all or nothing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="root">What it holds.</param>
    /// <param name="textLength">Number of bytes that every text is given; 0 for as many as each one needs.</param>
    public static void Write(string path, H5File root, int textLength) =>
        AtomicFile.Write(path, stream => root.Write(stream, new H5WriteOptions(textLength, PreferCompactDatasetLayout: false)));

    /// <summary>Weights as Keras has them: little-endian, single precision, contiguous.</summary>
    public static H5Dataset DataSet(NdArray array) =>
        new(array.ToFloats(), fileDims: [.. array.Shape.Select(size => (ulong)size)]);

    /// <summary>Puts something into a group, which must not have the name yet.</summary>
    public static void Put(H5Group group, string name, object content)
    {
        if (name is "" or "." || name.Contains('/') || name.Contains('\0'))
            throw new ArgumentException($"'{name}' cannot be the name of a layer or model in a Keras file.", nameof(name));
        if (!group.TryAdd(name, content))
            throw new ArgumentException($"Two layers or models are called '{name}'; rename one.", nameof(name));
    }
}

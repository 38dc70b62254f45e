using VaeSharp.Cli.Drafts;
using VaeSharp.Data;
using VaeSharp.Specs;

namespace VaeSharp.Cli.Verbs;

/// <summary>Files of arrays that verbs read and write.</summary>
internal static class ArrayFiles
{
    /// <summary>The file to write, which must have an ending.</summary>
    /// <exception cref="UsageException">None was named, or it has another ending.</exception>
    public static string Output(string? path, string ending) => path is null
        ? throw new UsageException("--out: the file to write is missing.")
        : Path.GetExtension(path) == ending ? path : throw new UsageException($"--out: the file must end in {ending}, got '{path}'.");

    /// <summary>Makes the folder of a file to write, if it is not there.</summary>
    /// <exception cref="UsageException">There is a file in its place.</exception>
    public static void MakeFolderOf(string path) => MakeFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);

    /// <summary>Makes a folder to write into, if it is not there.</summary>
    /// <exception cref="UsageException">There is a file in its place.</exception>
    public static void MakeFolder(string path)
    {
        if (File.Exists(path))
            throw new UsageException($"--out: '{path}' is a file, but a folder is needed there.");
        Directory.CreateDirectory(path);
    }

    /// <summary>The data that a text names: a file of arrays, or a data set as <c>vae train</c> takes it.</summary>
    /// <exception cref="SpecException">It names none.</exception>
    public static DatasetSpec Data(string text)
    {
        if (Path.GetExtension(text) is ".npy" or ".npz" && !text.StartsWith("npy:", StringComparison.Ordinal))
            return new NpyDatasetSpec { Path = text };
        return SpecReader.Read<DatasetSpec>(PartText.Parse(text, typeof(DatasetSpec)));
    }
}

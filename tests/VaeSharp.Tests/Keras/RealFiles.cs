using VaeSharp.Data;

namespace VaeSharp.Tests.Keras;

/// <summary>Files that are there where the environment names a folder that has them; tests skip without them.</summary>
internal static class RealFiles
{
    private static readonly string Folder = Environment.GetEnvironmentVariable(DataFolders.Variable) ?? "";

    /// <summary>The folder of MNIST's four files.</summary>
    public static string Mnist
    {
        get
        {
            var folder = Path.Combine(Folder, "mnist");
            Assert.SkipUnless(Directory.Exists(folder), $"{DataFolders.Variable} names no folder with mnist.");
            return folder;
        }
    }

    /// <summary>A file that Keras wrote, or computed.</summary>
    public static string Keras(string name)
    {
        var file = Path.Combine(Folder, "keras", name);
        Assert.SkipUnless(File.Exists(file), $"{DataFolders.Variable} names no folder with keras/{name}.");
        return file;
    }
}

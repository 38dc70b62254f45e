using VaeSharp.Interop;

namespace VaeSharp.Tests.Interop;

/// <summary>A folder of files that goes when the test does, and what is expected of readers of hostile ones.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vaesharp-files-");

    public string Folder => folder.FullName;

    public string this[string name] => Path.Combine(folder.FullName, name);

    public string Write(string name, params byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    /// <summary>Reads weights for a model that can use 64 MiB of them, more than any file of these tests has honestly.</summary>
    public static IReadOnlyList<KerasModel> Keras(string path) => KerasWeights.Read(path, mostBytes: 64 << 20);

    /// <summary>The reader refuses: one line that names the file, and no memory for what was only claimed.</summary>
    public static string Refused(string path, Action read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<InvalidDataException>(read);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 16 << 20, "More than 16 MiB were taken for a hostile file.");
        Assert.Contains(Path.GetFileName(path), error.Message);
        Assert.DoesNotContain('\n', error.Message);
        return error.Message;
    }

    /// <summary>Whether the reader either reads or refuses, and nothing else.</summary>
    public static bool ReadsOrRefuses(Action read)
    {
        try
        {
            read();
        }
        catch (InvalidDataException)
        {
        }
        return true;
    }

    public void Dispose() => folder.Delete(recursive: true);
}

using VaeSharp.Interop;

namespace VaeSharp.Training;

/// <summary>A run's folder: where everything about it is kept, and a lock while somebody trains in it.</summary>
public sealed class RunFolder : IDisposable
{
    private readonly FileStream hold;
    private readonly Func<Stream, Stream>? through;

    private RunFolder(string path, Func<Stream, Stream>? through)
    {
        (Path, this.through) = (path, through);
        try
        {
            hold = new FileStream(File(".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new IOException($"Folder '{path}' is not writable: {failure.Message} Choose another with --out.", failure);
        }
        catch (IOException failure) when (IsSharingViolation(failure))
        {
            throw new IOException($"Run '{path}' is in use by another process. "
                + "Wait for it to end, or choose another folder with --out.", failure);
        }
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The file that the experiment is in.</summary>
    public string Experiment => File("experiment.json");

    /// <summary>The file that the best weights are in.</summary>
    public string Weights => File("weights.safetensors");

    /// <summary>The file that training continues from.</summary>
    public string Checkpoint => File("checkpoint.safetensors");

    /// <summary>Makes a new run's folder.</summary>
    /// <param name="path">A folder that does not exist or is empty.</param>
    /// <param name="through">What written files pass through; tests put a full disk here.</param>
    /// <exception cref="IOException">The folder is not empty, in use, or cannot be made.</exception>
    internal static RunFolder Create(string path, Func<Stream, Stream>? through = null)
    {
        ExpectFree(path);
        Make(path);
        return new RunFolder(path, through);
    }

    /// <summary>Opens the folder of a run, to train on in it.</summary>
    /// <exception cref="IOException">There is no run in the folder, or it is in use.</exception>
    internal static RunFolder Open(string path, Func<Stream, Stream>? through = null)
    {
        Expect(path);
        var folder = new RunFolder(path, through);
        foreach (var torn in Directory.EnumerateFiles(path, ".*.tmp"))                    // left by a process that was killed while writing
            System.IO.File.Delete(torn);
        return folder;
    }

    /// <summary>Refuses a path at which something is already, other than an empty folder.</summary>
    /// <exception cref="IOException">Something is.</exception>
    public static void ExpectFree(string path)
    {
        if (System.IO.File.Exists(path))
            throw new IOException($"'{path}' is a file, and a run needs a folder. Choose another with --out.");
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any(entry => System.IO.Path.GetFileName(entry) != ".lock"))
            throw new IOException($"Folder '{path}' is not empty. Choose another with --out, or continue its run with --resume.");
    }

    /// <summary>Refuses a folder that holds no run.</summary>
    /// <exception cref="IOException">It does not.</exception>
    public static void Expect(string path)
    {
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"There is no folder '{path}'. "
                + "Train a model with 'vae train', or give the folder of a run.");
        if (!System.IO.File.Exists(System.IO.Path.Combine(path, "experiment.json")))
            throw new FileNotFoundException($"Folder '{path}' holds no run: it has no experiment.json.");
    }

    /// <summary>Refuses the folder of a run whose weights were imported: there is no training to go on with.</summary>
    /// <exception cref="IOException">They were.</exception>
    public static void ExpectTraining(string path)
    {
        var weights = System.IO.Path.Combine(path, "weights.safetensors");
        if (!System.IO.File.Exists(weights))
            return;
        using var file = SafeTensorsFile.Open(weights);
        if (file.Metadata.TryGetValue(WeightFiles.Imported, out var source))
            throw new IOException($"The weights of run '{path}' were imported from '{source}': there is no training to go on with.");
    }

    /// <summary>
    /// Makes the first folder <c>root/name-N</c> that is not there yet. Nobody else who asks at the same time gets the same one.
    /// </summary>
    public static string Fresh(string root, string name)
    {
        for (var n = 1; ; n++)
        {
            var path = System.IO.Path.Combine(root, $"{name}-{n}");
            if (System.IO.Path.Exists(path))
                continue;
            Make(path);
            try
            {
                System.IO.File.Open(System.IO.Path.Combine(path, ".lock"), FileMode.CreateNew).Dispose();
                return path;
            }
            catch (IOException) when (System.IO.File.Exists(System.IO.Path.Combine(path, ".lock")))
            {
                // Somebody else was faster.
            }
        }
    }

    /// <summary>Takes a folder of <see cref="Fresh"/> away again, if nothing has come into it.</summary>
    public static void GiveBack(string path)
    {
        if (!Directory.Exists(path)
            || Directory.EnumerateFileSystemEntries(path).Any(entry => System.IO.Path.GetFileName(entry) != ".lock"))
            return;
        Directory.Delete(path, recursive: true);
    }

    /// <summary>The path of a file of the run.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file of the run, all or nothing.</summary>
    internal void Write(string name, Action<Stream> write) => AtomicFile.Write(File(name), write, through);

    /// <inheritdoc/>
    public void Dispose() => hold.Dispose();

    private static void Make(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Folder '{path}' cannot be made: {failure.Message} Choose another with --out.", failure);
        }
    }

    // ERROR_SHARING_VIOLATION of Windows; EWOULDBLOCK of Linux and of macOS.
    private static bool IsSharingViolation(IOException failure) => failure.HResult is unchecked((int)0x80070020) or 11 or 35;
}

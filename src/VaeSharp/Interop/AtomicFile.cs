namespace VaeSharp.Interop;

/// <summary>Writes files so that at every moment there is either the whole old file or the whole new one.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file beside its place, flushes it to the disk and renames it over what was there.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="write">Writes the content. If it throws, the old file stays and nothing is left of the new one.</param>
    /// <param name="through">What the content passes through on its way to the file; tests put a full disk here.</param>
    /// <exception cref="IOException">The disk is full, or the file cannot be replaced.</exception>
    public static void Write(string path, Action<Stream> write, Func<Stream, Stream>? through = null)
    {
        var target = Path.GetFullPath(path);
        var temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}.tmp");
        try
        {
            using (var file = Create(temporary, path))
            {
                var stream = through?.Invoke(file) ?? file;
                write(stream);
                stream.Flush();
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    // The temporary name means nothing to the reader of an error.
    private static FileStream Create(string temporary, string path)
    {
        try
        {
            return new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException && !File.Exists(temporary))
        {
            throw new IOException($"'{path}' cannot be written: its folder is not there, or nothing can be written into it.", failure);
        }
    }
}

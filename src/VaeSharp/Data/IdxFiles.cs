namespace VaeSharp.Data;

/// <summary>Finds the files of one data set, or gets them.</summary>
internal sealed class IdxFiles(string name, IReadOnlyList<RemoteFile> files, IReadOnlyList<string> mirrors)
{
    /// <summary>The paths of all files, in their order.</summary>
    /// <exception cref="IOException">Some are missing and cannot be had; the message says which, why, and what to do.</exception>
    public IReadOnlyList<string> Find(DataContext context)
    {
        var paths = files.Select(file => Find(file, context)).ToArray();
        if (Array.IndexOf(paths, null) < 0)
            return paths!;
        var downloader = context.Downloader ?? new Downloader();
        try
        {
            for (var i = 0; i < paths.Length; i++)
                paths[i] ??= Fetch(downloader, files[i], context);
            return paths!;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(Advice(e.Message, paths, context), e);
        }
        finally
        {
            if (context.Downloader is null)
                downloader.Dispose();
        }
    }

    private string? Find(RemoteFile file, DataContext context) => (
        from folder in DataFolders.For(context, name)
        from form in Forms(file.Name)
        let path = Path.Combine(folder, form)
        where File.Exists(path)
        select path).FirstOrDefault();

    // Compressed or not, and as some programs unpack them: train-images.idx3-ubyte.
    private static IEnumerable<string> Forms(string name)
    {
        var raw = name.EndsWith(".gz", StringComparison.Ordinal) ? name[..^3] : name;
        return [name, raw, raw.Replace("-idx", ".idx")];
    }

    private string Fetch(Downloader downloader, RemoteFile file, DataContext context)
    {
        Uri[] addresses = [.. mirrors.Select(mirror => new Uri(
            mirror.Contains("{0}") ? mirror.Replace("{0}", file.Name) : mirror + file.Name))];
        var folder = DataFolders.Cache(context, name);
        return downloader.FetchAsync(file, addresses, folder, context.Progress, context.Cancellation).GetAwaiter().GetResult();
    }

    private string Advice(string reason, string?[] paths, DataContext context)
    {
        var found = paths.OfType<string>().ToArray();
        var missing = files.Where((_, i) => paths[i] is null).Select(file => file.Name);
        var have = found.Length == 0 ? "" : $"\nThere is {string.Join(", ", found)}.";
        return $"{reason}{have}\nPut {string.Join(", ", missing)} into {DataFolders.Cache(context, name)}, or into a folder that "
            + $"--data-dir or {DataFolders.Variable} names (or its sub-folder {name}). Or take --data digits, which needs no files.";
    }
}

namespace VaeSharp;

/// <summary>The folder in which the user's system keeps what programs can make again.</summary>
internal static class UserCache
{
    /// <summary>
    /// A sub-folder of the user's cache, made if it is not there; a fresh temporary folder where the cache cannot be written.
    /// </summary>
    public static string Folder(string name)
    {
        try
        {
            return Create(Place(name));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Directory.CreateTempSubdirectory($"vaesharp-{name}-").FullName;           // nobody else can have put anything into it
        }
    }

    /// <summary>Where that sub-folder is, or would be.</summary>
    public static string Place(string name) => Path.Combine(Root(), "vaesharp", name);

    private static string Root()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsWindows())
            return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        if (OperatingSystem.IsMacOS())
            return Path.Combine(home, "Library", "Caches");
        return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(home, ".cache");
    }

    private static string Create(string folder) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(folder).FullName
        : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
}

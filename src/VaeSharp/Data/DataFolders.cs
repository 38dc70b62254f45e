namespace VaeSharp.Data;

/// <summary>Where a data set's files are looked for, and where downloads go.</summary>
public static class DataFolders
{
    /// <summary>The environment variable that names a folder of data.</summary>
    public const string Variable = "VAESHARP_DATA";

    /// <summary>The folders to look into, in order: the one that the user named, the environment's, the cache.</summary>
    /// <param name="context">Names the user's folder.</param>
    /// <param name="name">The data set, after which a sub-folder may be named.</param>
    public static IReadOnlyList<string> For(DataContext context, string name)
    {
        var folders = new List<string>();
        foreach (var root in new[] { context.Directory, Environment.GetEnvironmentVariable(Variable) })
        {
            if (!string.IsNullOrEmpty(root))
                folders.AddRange([root, Path.Combine(root, name)]);
        }
        return [.. folders, Cache(context, name)];
    }

    /// <summary>The folder that a data set's downloads are kept in.</summary>
    public static string Cache(DataContext context, string name) =>
        Path.Combine(context.Cache ?? UserCache.Folder("data"), name);
}

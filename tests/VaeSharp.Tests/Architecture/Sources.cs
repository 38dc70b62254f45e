using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace VaeSharp.Tests.Architecture;

/// <summary>The source files of the library.</summary>
internal static partial class Sources
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = Find();

    /// <summary>A file's path from the library's folder, and its text without comments.</summary>
    public static IReadOnlyList<(string Path, string Code)> Library { get; } =
        [.. Files("src/VaeSharp").Select(file =>
            (Path.GetRelativePath(Path.Combine(Root, "src", "VaeSharp"), file).Replace('\\', '/'), Uncommented(file)))];

    /// <summary>All C# files below a folder of the repository.</summary>
    public static IEnumerable<string> Files(string folder) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}")).Order(StringComparer.Ordinal);

    private static string Uncommented(string file) => Comment().Replace(File.ReadAllText(file), "");

    private static string Find([CallerFilePath] string here = "")
    {
        // A deterministic build may replace the path of the source; the built tests lie in the repository's artifacts.
        foreach (var start in new[] { Path.GetDirectoryName(here), AppContext.BaseDirectory })
        {
            for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
            {
                if (File.Exists(Path.Combine(folder, "VaeSharp.slnx")))
                    return folder;
            }
        }
        throw new DirectoryNotFoundException("The architecture tests read the sources: run them from a checkout, where VaeSharp.slnx is.");
    }

    [GeneratedRegex(@"^\s*//.*$|(?<=[;{})\s])//\s.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}

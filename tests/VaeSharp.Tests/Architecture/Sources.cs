using System.Text.RegularExpressions;

namespace VaeSharp.Tests.Architecture;

/// <summary>The source files of the library.</summary>
internal static partial class Sources
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root => Checkout.Root;

    /// <summary>A file's path from the library's folder, and its text without comments.</summary>
    public static IReadOnlyList<(string Path, string Code)> Library { get; } =
        [.. Files("src/VaeSharp").Select(file =>
            (Path.GetRelativePath(Path.Combine(Root, "src", "VaeSharp"), file).Replace('\\', '/'), Uncommented(file)))];

    /// <summary>All C# files below a folder of the repository.</summary>
    public static IEnumerable<string> Files(string folder) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}")).Order(StringComparer.Ordinal);

    private static string Uncommented(string file) => Comment().Replace(File.ReadAllText(file), "");

    [GeneratedRegex(@"^\s*//.*$|(?<=[;{})\s])//\s.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}

using System.Runtime.CompilerServices;

namespace VaeSharp.Tests.Support;

/// <summary>The repository that these tests are of.</summary>
internal static class Checkout
{
    /// <summary>Its folder.</summary>
    public static string Root { get; } = Find();

    // A deterministic build may replace the path of the source; the built tests lie in the repository's artifacts.
    private static string Find([CallerFilePath] string here = "") => new[] { Path.GetDirectoryName(here), AppContext.BaseDirectory }
        .SelectMany(Upwards).First(folder => File.Exists(Path.Combine(folder, "VaeSharp.slnx")));

    private static IEnumerable<string> Upwards(string? folder)
    {
        for (; folder is not null; folder = Path.GetDirectoryName(folder))
            yield return folder;
    }
}

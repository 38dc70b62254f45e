namespace VaeSharp.Cli;

/// <summary>How this command is called on this machine, so that commands to try can be copied.</summary>
internal static class Invocation
{
    private const string Project = "src/VaeSharp.Cli";

    /// <summary><c>vae</c> where that is installed; else the way to run it from its source.</summary>
    public static string Prefix { get; } = Find();

    /// <summary>A word as the shell needs it: nothing in it is carried out.</summary>
    public static string Quote(string word)
    {
        if (word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./:=+,@".Contains(letter)))
            return word;
        return OperatingSystem.IsWindows() ? $"\"{word}\"" : $"'{word.Replace("'", @"'\''")}'";
    }

    private static string Find()
    {
        var name = OperatingSystem.IsWindows() ? "vae.exe" : "vae";
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        if (path.Any(folder => File.Exists(Path.Combine(folder, name))) || Source() is not { } project)
            return "vae";
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, project);
        return $"dotnet run -c Release --project {Quote(relative.Length < project.Length ? relative : project)} --";
    }

    /// <summary>The project in whose tree this program was built; null where it was installed.</summary>
    private static string? Source()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var project = Path.Combine(folder.FullName, Project);
            if (File.Exists(Path.Combine(project, "VaeSharp.Cli.csproj")))
                return project;
        }
        return null;
    }
}

namespace VaeSharp.Data;

/// <summary>The picture files of one folder, in an order that does not depend on the file system, with their classes.</summary>
/// <param name="Files">Paths, and the class of each; −1 where there are no classes.</param>
/// <param name="Classes">The names of the class sub-folders, sorted; empty where there are none.</param>
internal sealed record ImageList(IReadOnlyList<(string Path, int Class)> Files, IReadOnlyList<string> Classes)
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".bmp", ".webp"];

    /// <summary>Lists a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="classes">The classes that it must keep to; null where they are its own sub-folders.</param>
    public static ImageList From(string folder, IReadOnlyList<string>? classes)
    {
        var loose = Pictures(folder, deep: false);
        var found = Directory.GetDirectories(folder).Select(path => (Name: Path.GetFileName(path), Files: Pictures(path, deep: true)))
            .Where(sub => sub.Files.Length > 0 && !sub.Name.StartsWith('.')).OrderBy(sub => sub.Name, StringComparer.Ordinal).ToArray();
        if (loose.Length == 0 && found.Length == 0)
            throw new InvalidDataException($"'{folder}' has no pictures ({string.Join(", ", Extensions)}).");
        if (loose.Length > 0 && found.Length > 0)
            throw new InvalidDataException($"'{folder}' has pictures beside folders of pictures: '{loose[0]}', '{found[0].Files[0]}'.");
        var names = classes ?? [.. found.Select(sub => sub.Name)];
        if (found.FirstOrDefault(sub => !names.Contains(sub.Name)).Name is { } unknown || (names.Count > 0 && loose.Length > 0))
            throw new InvalidDataException($"'{folder}' may have the training classes ({string.Join(", ", names.Take(10))}) only.");
        var byClass = names.Select((name, label) => (Label: label, found.FirstOrDefault(sub => sub.Name == name).Files));
        var labelled = byClass.SelectMany(sub => (sub.Files ?? []).Select((path, round) => (path, sub.Label, round)));
        // In rounds, the first of each class, the second of each …: so a limit keeps all classes.
        var inRounds = labelled.OrderBy(file => file.round).Select(file => (file.path, file.Label));
        return new ImageList([.. loose.Select(path => (path, -1)), .. inRounds], names);
    }

    private static string[] Pictures(string folder, bool deep)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = deep, MaxRecursionDepth = 16, IgnoreInaccessible = true };
        return [.. Directory.EnumerateFiles(folder, "*", options)
            .Where(path => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
    }
}

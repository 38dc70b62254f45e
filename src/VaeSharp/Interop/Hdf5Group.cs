namespace VaeSharp.Interop;

/// <summary>Where a group's link leads.</summary>
/// <param name="Name">The link's name.</param>
/// <param name="Address">The object's address; null for a link by name, to this file or another, which is not followed.</param>
internal readonly record struct Hdf5Link(string Name, ulong? Address);

/// <summary>A group: objects by name, and attributes.</summary>
internal sealed class Hdf5Group
{
    private readonly Hdf5File file;
    private readonly Hdf5Object header;
    private readonly Lazy<Dictionary<string, Hdf5Link>> links;

    public Hdf5Group(Hdf5File file, Hdf5Object header, string path)
    {
        (this.file, this.header, Path) = (file, header, path);
        links = new Lazy<Dictionary<string, Hdf5Link>>(ReadLinks);
        if (header.IsData || !header.IsGroup)
            throw file.Source.Refuse($"has something else than a group at '{Hdf5Name.Shown(path)}'");
    }

    /// <summary>Names on the way from the root, with slashes between.</summary>
    public string Path { get; }

    /// <summary>The object's identity.</summary>
    public ulong Address => header.Address;

    /// <summary>The names of what it holds, in the order of the file.</summary>
    public IEnumerable<string> Names => links.Value.Keys;

    /// <summary>Whether it holds something of a name.</summary>
    public bool Has(string name) => links.Value.ContainsKey(name);

    /// <summary>Whether a name is that of a group in this file.</summary>
    public bool HasGroup(string name) => links.Value.TryGetValue(name, out var link) && link.Address is { } address
        && file.Object(address) is { IsGroup: true, IsData: false };

    /// <summary>A group by a path, with slashes between names.</summary>
    public Hdf5Group Group(string path)
    {
        var group = this;
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            group = new Hdf5Group(file, group.Child(name), group.PathOf(name));
        return group;
    }

    /// <summary>A data set by its name.</summary>
    public Hdf5DataSet DataSet(string name) => new(file, Child(name), PathOf(name));

    /// <summary>The texts of an attribute; none if it holds no text at all, null if there is no such attribute.</summary>
    public IReadOnlyList<string>? Texts(string attribute) => Hdf5Attribute.Texts(file, header, attribute);

    /// <summary>The error for this group.</summary>
    public InvalidDataException Refuse(string what) =>
        file.Source.Refuse(Path.Length == 0 ? what : $"cannot be read: its group '{Hdf5Name.Shown(Path)}' {what}");

    private string PathOf(string name) => Path.Length == 0 ? name : $"{Path}/{name}";

    private Hdf5Object Child(string name)
    {
        if (!links.Value.TryGetValue(name, out var link))
            throw file.Source.Refuse($"has no '{Hdf5Name.Shown(PathOf(name))}'");
        return file.Object(link.Address
            ?? throw file.Source.Refuse($"has a link to another place at '{Hdf5Name.Shown(PathOf(name))}'; such links are not followed"));
    }

    private Dictionary<string, Hdf5Link> ReadLinks()
    {
        var found = new Dictionary<string, Hdf5Link>(StringComparer.Ordinal);
        foreach (var link in Hdf5Links.Read(file, header))
        {
            if (!found.TryAdd(link.Name, link))
                throw file.Source.Refuse($"has '{Hdf5Name.Shown(PathOf(link.Name))}' twice");
        }
        return found;
    }
}

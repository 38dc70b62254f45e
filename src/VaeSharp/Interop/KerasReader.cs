namespace VaeSharp.Interop;

/// <summary>Keras 3's layout: groups named by class and number, or by a model's attribute, with the arrays under vars.</summary>
internal sealed class KerasReader(Hdf5File file)
{
    /// <summary>The group that has a model's layers.</summary>
    public const string LayersGroup = "layers";

    /// <summary>The group that has a layer's arrays.</summary>
    public const string VarsGroup = "vars";

    private const int MostLayers = 10_000;
    private const int MostDepth = 32;

    // Keras 2.13 wrote the name of an attribute in place of layers.
    private static readonly string[] LayersGroups = [LayersGroup, "_layer_checkpoint_dependencies"];

    // What a model keeps beside its weights: the state of training, and of random numbers.
    private static readonly string[] Ignored = ["optimizer", "seed_generator"];

    private readonly HashSet<ulong> visited = [];
    private readonly List<KerasModel> models = [];
    private int count;

    /// <summary>Refuses files of more layers than any network has.</summary>
    public static void Bound(Hdf5File file, int layers)
    {
        if (layers > MostLayers)
            throw file.Source.Refuse($"has more than {MostLayers:N0} layers");
    }

    /// <summary>A number as it stands behind a name; null if it is none.</summary>
    public static int? Number(string text) =>
        text.Length is > 0 and < 10 && !text.AsSpan().ContainsAnyExceptInRange('0', '9') ? int.Parse(text) : null;

    /// <summary>Reads all layers.</summary>
    public List<KerasModel> Read(Hdf5Group root)
    {
        if (!LayersGroups.Append(VarsGroup).Any(root.HasGroup) && !root.Names.Any(name => root.HasGroup(name) && IsPart(root.Group(name))))
            throw file.Source.Refuse("is an HDF5 file, but none of Keras weights");
        Model(root, "", null, 0);
        return models.FindAll(model => model.Name.Length > 0 || model.Layers.Count > 0);
    }

    private static bool IsPart(Hdf5Group group) => LayersGroups.Append(VarsGroup).Any(group.HasGroup);

    private void Model(Hdf5Group group, string name, string? @class, int depth)
    {
        if (depth > MostDepth)
            throw file.Source.Refuse($"has models within models, more than {MostDepth} deep");
        Visit(group);
        var layers = new List<KerasLayer>();
        models.Add(new KerasModel(name, @class, layers));
        var (own, _) = Vars(group);
        if (own.Count > 0)
            layers.Add(new KerasLayer(VarsGroup, null, own));
        foreach (var part in group.Names.Where(part => part != VarsGroup && !LayersGroups.Contains(part) && group.HasGroup(part)))
            Part(group.Group(part), part, null, name, depth, layers);
        foreach (var list in LayersGroups.Where(group.HasGroup).Select(group.Group))
        {
            Visit(list);
            foreach (var (part, partClass) in InOrder(list.Names.Where(list.HasGroup)))
                Part(list.Group(part), part, partClass, name, depth, layers);
        }
    }

    private void Part(Hdf5Group group, string key, string? @class, string outer, int depth, List<KerasLayer> layers)
    {
        if (Ignored.Contains(key))
            return;
        Bound(file, ++count);
        if (LayersGroups.Any(group.HasGroup) || (!group.HasGroup(VarsGroup) || IsEmpty(group.Group(VarsGroup))) && HasParts(group))
        {
            var name = NameOf(group) ?? key;
            Model(group, outer.Length == 0 ? name : $"{outer}/{name}", @class, depth + 1);
            return;
        }
        Visit(group);
        var (weights, known) = Vars(group);
        // A metric's state is scalars; it is kept under the name of an attribute.
        if (@class is not null || weights.Exists(weight => weight.Shape.Length > 0))
            layers.Add(new KerasLayer(known ?? key, @class, weights));
    }

    private static bool IsEmpty(Hdf5Group group) => !group.Names.Any();

    private static bool HasParts(Hdf5Group group) =>
        group.Names.Any(name => name != VarsGroup && !Ignored.Contains(name) && group.HasGroup(name) && IsPart(group.Group(name)));

    private static string? NameOf(Hdf5Group group) =>
        group.HasGroup(VarsGroup) && group.Group(VarsGroup).Texts("name") is [{ Length: > 0 } name] ? name : null;

    private (List<NdArray> Weights, string? Name) Vars(Hdf5Group group)
    {
        if (!group.HasGroup(VarsGroup))
            return ([], null);
        var vars = group.Group(VarsGroup);
        Visit(vars);
        var weights = new List<NdArray>();
        foreach (var name in vars.Names.Where(name => !vars.HasGroup(name)).OrderBy(name => Number(name) ?? int.MaxValue))
        {
            var array = vars.DataSet(name);
            Visit(array.Address, array.Path);
            weights.Add(array.Read());
        }
        return (weights, NameOf(group));
    }

    // Links sort dense_10 before dense_2; the order of the classes is the file's.
    private static IEnumerable<(string Name, string Class)> InOrder(IEnumerable<string> names)
    {
        var parts = names.Select(name => (Name: name, Split: Split(name))).ToList();
        var classes = parts.Select(part => part.Split.Class).Distinct().Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        return parts.OrderBy(part => classes[part.Split.Class]).ThenBy(part => part.Split.Number)
            .Select(part => (part.Name, part.Split.Class));
    }

    private static (string Class, int Number) Split(string name)
    {
        var at = name.LastIndexOf('_');
        return at > 0 && Number(name[(at + 1)..]) is { } number ? (name[..at], number) : (name, 0);
    }

    private void Visit(Hdf5Group group) => Visit(group.Address, group.Path);

    private void Visit(ulong address, string path)
    {
        if (!visited.Add(address))
            throw file.Source.Refuse($"is corrupt: '{Hdf5Name.Shown(path)}' is in it twice");
    }
}

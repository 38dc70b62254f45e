using System.Reflection;

namespace VaeSharp.Specs;

/// <summary>Every part that can be named, found by its attribute. JSON, command line, help and listings all come from here.</summary>
public static class Catalogue
{
    private static readonly Lock Gate = new();
    private static readonly List<PartInfo> Known = [.. Scan(typeof(Catalogue).Assembly)];

    /// <summary>All parts, by kind and name.</summary>
    public static IReadOnlyList<PartInfo> Parts
    {
        get
        {
            lock (Gate)
                return [.. Known];
        }
    }

    /// <summary>Adds the parts of a user's assembly.</summary>
    /// <exception cref="ArgumentException">A part has the kind and name of one that is already known.</exception>
    public static void Register(Assembly assembly)
    {
        lock (Gate)
        {
            foreach (var part in Scan(assembly).Where(part => Known.All(known => known.Type != part.Type)))
            {
                if (Known.Any(known => known.Kind == part.Kind && known.Name == part.Name))
                    throw new ArgumentException($"There is a {part.Kind} named '{part.Name}' already. Choose another name for {part.Type}.",
                        nameof(assembly));
                Known.Add(part);
            }
        }
    }

    /// <summary>The parts of one kind, by name.</summary>
    public static IReadOnlyList<PartInfo> Of(Type kind) =>
        [.. Parts.Where(part => part.Type.IsAssignableTo(kind)).OrderBy(part => part.Name)];

    /// <summary>The part that a spec is a description of.</summary>
    public static PartInfo Of(Spec spec) => Parts.FirstOrDefault(part => part.Type == spec.GetType())
        ?? throw new ArgumentException($"{spec.GetType()} is not a known part. Give it a [Part] attribute and call Catalogue.Register.",
            nameof(spec));

    /// <summary>The part of a kind with a name.</summary>
    /// <exception cref="SpecException">There is none; the message suggests the nearest names.</exception>
    public static PartInfo Find(Type kind, string name) => Of(kind).FirstOrDefault(part => part.Name == name)
        ?? throw new SpecException($"There is no {KindName(kind)} '{name}'. "
            + Suggestion.For(name, Of(kind).Select(part => part.Name), Listing(kind)));

    /// <summary>What a part of a kind is called in a sentence: <c>posterior</c>, <c>data set</c>.</summary>
    public static string KindName(Type kind) => Kind(kind)?.Noun ?? kind.Name;

    /// <summary>The command that lists the parts of a kind: <c>vae list posteriors</c>.</summary>
    public static string Listing(Type kind) => Kind(kind) is { } known ? $"vae list {known.List}" : "";

    private static IEnumerable<PartInfo> Scan(Assembly assembly) =>
        from type in assembly.GetTypes()
        let part = type.GetCustomAttribute<PartAttribute>()
        where part is not null && type.IsAssignableTo(typeof(Spec))
        let kind = Kind(type)?.Name
        where kind is not null
        orderby kind, part.Name
        select new PartInfo(kind, part.Name, type, part.Paper, part.Formula);

    private static PartKindAttribute? Kind(Type? type) =>
        type is null ? null : type.GetCustomAttribute<PartKindAttribute>() ?? Kind(type.BaseType);
}

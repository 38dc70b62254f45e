using System.Reflection;
using VaeSharp.Specs;

namespace VaeSharp.Zoo;

/// <summary>The named models. A new row is a property with a <see cref="ModelAttribute"/> in a class that is registered here.</summary>
public static class ModelZoo
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<Assembly> Registered = [];
    private static readonly List<Row> Known = [.. Scan(typeof(ModelZoo).Assembly)];

    /// <summary>All rows, by the order of their headings and of their declaration.</summary>
    public static IReadOnlyList<Row> Rows
    {
        get
        {
            lock (Gate)
                return [.. Known];
        }
    }

    /// <summary>Adds the parts and the rows of a user's assembly; once, however often it is called.</summary>
    /// <exception cref="ArgumentException">A part or a row has a name that is taken.</exception>
    public static void Register(Assembly assembly)
    {
        Catalogue.Register(assembly);
        lock (Gate)
        {
            if (!Registered.Add(assembly))
                return;
            foreach (var row in Scan(assembly))
            {
                if (Known.Any(known => known.Name == row.Name))
                    throw new ArgumentException($"There is a model named '{row.Name}' already. Choose another name.", nameof(assembly));
                Known.Add(row);
            }
        }
    }

    /// <summary>
    /// The row with a name, or with another name that people have for it, however they write it: <c>β-TCVAE</c>, <c>beta_tcvae</c>.
    /// </summary>
    /// <exception cref="SpecException">There is none; the message suggests the nearest names.</exception>
    public static Row Find(string name) => FindOrNull(name)
        ?? throw new SpecException($"There is no model '{name}'. {Suggestion.For(name, Names, "vae list models")}");

    /// <summary>As <see cref="Find"/>, but null where there is no such row.</summary>
    public static Row? FindOrNull(string name)
    {
        var (rows, plain) = (Rows, Suggestion.Plain(name));
        return rows.FirstOrDefault(row => row.Name == name)
            ?? rows.FirstOrDefault(row => Suggestion.Plain(row.Name) == plain)
            ?? rows.FirstOrDefault(row => row.OtherNames.Any(other => Suggestion.Plain(other) == plain));
    }

    /// <summary>Every name that finds a row, and the name of that row; rows' own names first.</summary>
    public static IEnumerable<(string Name, string Row)> Names =>
        Rows.Select(row => (row.Name, row.Name)).Concat(Rows.SelectMany(row => row.OtherNames.Select(other => (other, row.Name))));

    private static IEnumerable<Row> Scan(Assembly assembly) =>
        from type in assembly.GetTypes()
        let heading = type.GetCustomAttribute<ModelGroupAttribute>()
        orderby heading?.Order ?? int.MaxValue
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Static)
        let model = property.GetCustomAttribute<ModelAttribute>()
        where model is not null
        let row = new Row(model.Name, (VaeSpec)property.GetValue(null)!, model.Paper, model.Formula, Documentation.Summary(property))
        select row with { Group = heading?.Title ?? row.Group, OtherNames = model.OtherNames, Differs = model.Differs, Cost = model.Cost };
}

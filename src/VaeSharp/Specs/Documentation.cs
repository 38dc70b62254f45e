using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace VaeSharp.Specs;

/// <summary>The summaries of types and properties, read from the documentation file beside their assembly.</summary>
public static partial class Documentation
{
    private static readonly ConcurrentDictionary<Assembly, Dictionary<string, string>> Summaries = new();

    /// <summary>The type's summary as plain text; empty where its assembly has no documentation file.</summary>
    public static string Summary(Type type) => Find(type.Assembly, $"T:{type.FullName}");

    /// <summary>The property's summary as plain text; empty where its assembly has no documentation file.</summary>
    public static string Summary(PropertyInfo property) =>
        Find(property.DeclaringType!.Assembly, $"P:{property.DeclaringType.FullName}.{property.Name}");

    private static string Find(Assembly assembly, string member) => Summaries.GetOrAdd(assembly, Read).GetValueOrDefault(member, "");

    private static Dictionary<string, string> Read(Assembly assembly)
    {
        var file = Path.Combine(AppContext.BaseDirectory, $"{assembly.GetName().Name}.xml");
        try
        {
            return XDocument.Load(file).Descendants("member").Where(member => member.Element("summary") is not null)
                .ToDictionary(member => (string)member.Attribute("name")!, member => Plain(member.Element("summary")!));
        }
        catch (Exception failure) when (failure is IOException or XmlException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string Plain(XElement summary)
    {
        foreach (var reference in summary.Descendants().Where(element => element.Attribute("cref") is not null).ToList())
            reference.ReplaceWith(((string)reference.Attribute("cref")!).Split('.')[^1]);
        foreach (var reference in summary.Descendants().Where(element => element.Attribute("langword") is not null).ToList())
            reference.ReplaceWith((string)reference.Attribute("langword")!);
        return Spaces().Replace(summary.Value, " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

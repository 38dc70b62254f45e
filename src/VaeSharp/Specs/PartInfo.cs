using System.Reflection;

namespace VaeSharp.Specs;

/// <summary>All that listings, help and JSON know of a part. It comes from the part's one declaration.</summary>
/// <param name="Kind">The choice that the part is an answer to: <c>posterior</c>.</param>
/// <param name="Name">The part's name: <c>gaussian</c>.</param>
/// <param name="Type">Its spec.</param>
/// <param name="Paper">Its source; empty where it is common knowledge.</param>
/// <param name="Formula">Its formula in one line; may be empty.</param>
public sealed record PartInfo(string Kind, string Name, Type Type, string Paper, string Formula)
{
    /// <summary>One sentence on what the part is.</summary>
    public string Summary => Documentation.Summary(Type);

    /// <summary>The part's properties, in the order of their declaration.</summary>
    public IReadOnlyList<PropertyInfo> Properties => SpecProperties.Of(Type);

    /// <summary>The part with every property at its default.</summary>
    public Spec Default => (Spec)Activator.CreateInstance(Type)!;
}

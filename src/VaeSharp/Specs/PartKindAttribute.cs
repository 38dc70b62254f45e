namespace VaeSharp.Specs;

/// <summary>Marks the common base of exchangeable parts: one of the choices that a model is made of.</summary>
/// <param name="name">The choice as JSON and the command line name it: <c>posterior</c>.</param>
/// <param name="plural">The heading of its list: <c>posteriors</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PartKindAttribute(string name, string plural) : Attribute
{
    /// <summary>The choice's name.</summary>
    public string Name { get; } = name;

    /// <summary>What one of them is called in a sentence; its name where nothing else is given.</summary>
    public string Noun { get; init; } = name;

    /// <summary>The heading of its list.</summary>
    public string Plural { get; } = plural;

    /// <summary>The word that asks for the list: <c>posteriors</c>.</summary>
    public string List => Noun == Name ? Plural.Split(' ')[^1] : Name;
}

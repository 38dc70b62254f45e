namespace VaeSharp;

/// <summary>Gives a part the name under which JSON, the command line, help and listings know it.</summary>
/// <param name="name">Lower case, words joined by hyphens: <c>standard-normal</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PartAttribute(string name) : Attribute
{
    /// <summary>The part's name, unique within its kind.</summary>
    public string Name => name;

    /// <summary>The source: authors, year, title, identifier. Empty where the part is common knowledge.</summary>
    public string Paper { get; init; } = "";

    /// <summary>The formula in one line, as the paper writes it.</summary>
    public string Formula { get; init; } = "";
}

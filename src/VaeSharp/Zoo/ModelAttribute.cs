namespace VaeSharp.Zoo;

/// <summary>Makes a static property of type <see cref="VaeSpec"/> a row of the zoo: a model of the literature, under its name.</summary>
/// <param name="name">Lower case, words joined by hyphens: <c>beta-vae</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ModelAttribute(string name) : Attribute
{
    /// <summary>The row's name.</summary>
    public string Name => name;

    /// <summary>The paper: authors, year, title, identifier.</summary>
    public string Paper { get; init; } = "";

    /// <summary>What training minimises, in one line.</summary>
    public string Formula { get; init; } = "";
}

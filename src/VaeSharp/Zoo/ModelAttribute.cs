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

    /// <summary>Other names under which people search for it: <c>total correlation VAE</c>. They find the row too.</summary>
    public string[] OtherNames { get; init; } = [];

    /// <summary>Where it differs from the best-known implementations, or from the paper, and why. Whole sentences.</summary>
    public string Differs { get; init; } = "";

    /// <summary>
    /// Why a step takes more than twice that of the plain model with the same network and as many draws; empty where it does not. Whole
    /// sentences.
    /// </summary>
    public string Cost { get; init; } = "";
}

/// <summary>The heading under which listings put the rows of a class.</summary>
/// <param name="title">The heading, as it stands in listings.</param>
/// <param name="order">Its place among the headings.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ModelGroupAttribute(string title, int order) : Attribute
{
    /// <summary>The heading.</summary>
    public string Title => title;

    /// <summary>The place among the headings, from the top.</summary>
    public int Order => order;
}

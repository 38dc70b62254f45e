namespace VaeSharp;

/// <summary>One of the choices that a model is made of: what it gives, what it needs of the others, and which data it refuses.</summary>
public abstract record PartSpec : Spec
{
    /// <summary>What the part gives.</summary>
    public virtual Traits Gives => Traits.None;

    /// <summary>What the part gives while the model trains.</summary>
    public virtual Traits GivesInTraining => Gives;

    /// <summary>What the part needs of the other choices.</summary>
    public virtual IReadOnlyList<Need> Needs => [];

    /// <summary>Why the part cannot work with some data, as the end of a sentence that begins with its name; null where it can.</summary>
    public virtual string? Refuses(DataSpec data) => null;

    /// <summary>Why the part cannot work with a size of codes, as the end of such a sentence; null where it can.</summary>
    public virtual string? Refuses(LatentSpace latent) => null;
}

/// <summary>What one choice needs of another.</summary>
/// <param name="Of">The kind of the other choice: <c>posterior</c>, <c>prior</c>, <c>likelihood</c>.</param>
/// <param name="Traits">What it must give.</param>
public sealed record Need(string Of, Traits Traits);

namespace VaeSharp.Zoo;

/// <summary>A model of the literature: a name, its source, and its choices.</summary>
/// <param name="Name">The name under which the command line knows it.</param>
/// <param name="Spec">Its choices.</param>
/// <param name="Paper">Its source.</param>
/// <param name="Formula">What training minimises, in one line.</param>
/// <param name="Summary">One sentence on what it is.</param>
public sealed record Row(string Name, VaeSpec Spec, string Paper, string Formula, string Summary)
{
    /// <summary>The heading under which listings put it.</summary>
    public string Group { get; init; } = "Further models";

    /// <summary>Other names that find it.</summary>
    public IReadOnlyList<string> OtherNames { get; init; } = [];

    /// <summary>Where it differs from the best-known implementations, or from the paper, and why; may be empty.</summary>
    public string Differs { get; init; } = "";

    /// <summary>
    /// Why a step takes more than twice that of the plain model with the same network and as many draws; empty where it does not.
    /// </summary>
    public string Cost { get; init; } = "";
}

namespace VaeSharp.Hierarchies;

/// <summary>One latent variable.</summary>
[Part("none", Formula = "p(x, z) = p(x|z) p(z)")]
public sealed record NoHierarchySpec : HierarchySpec
{
    /// <inheritdoc/>
    public override IReadOnlyList<long> SizesAbove => [];

    /// <inheritdoc/>
    public override Hierarchy? Build(long features, LatentSpace first) => null;
}

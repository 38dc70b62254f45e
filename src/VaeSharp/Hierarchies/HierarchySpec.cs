using VaeSharp.Distributions;
using VaeSharp.Specs;

namespace VaeSharp.Hierarchies;

/// <summary>
/// The latent variables that stand above each other: z₁, the data's nearest, to z_L. The choices <c>posterior</c> and <c>prior</c> are
/// those of the topmost; below it every variable is normal, given the one above.
/// </summary>
/// <remarks>A code is all of them, one behind the other, z₁ first. With one variable it is the model without a hierarchy.</remarks>
[PartKind("hierarchy", "hierarchies")]
public abstract record HierarchySpec : PartSpec
{
    /// <summary>Numbers of units of z₂ … z_L.</summary>
    public abstract IReadOnlyList<long> SizesAbove { get; }

    /// <inheritdoc/>
    public override Traits Gives => SizesAbove.Count == 0 ? Traits.OneVariable | Traits.IndependentExamples : Traits.None;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => SizesAbove.Count == 0
        ? []
        : [new("posterior", Traits.DensityAtOwnDraw | Traits.Reparameterised | Traits.Euclidean), new("prior", Traits.Euclidean)];

    /// <summary>The space of the topmost variable.</summary>
    /// <param name="first">The space of z₁.</param>
    public LatentSpace Topmost(LatentSpace first) => SizesAbove.Count == 0 ? first : new LatentSpace(SizesAbove[^1]);

    /// <summary>The space of codes, which are all variables together.</summary>
    /// <param name="first">The space of z₁.</param>
    public LatentSpace Whole(LatentSpace first) => SizesAbove.Count == 0 ? first : new LatentSpace(first.Size + SizesAbove.Sum());

    /// <summary>Builds the layers between the variables; null where there is one variable.</summary>
    /// <param name="features">Number of features that the encoder yields.</param>
    /// <param name="first">The space of z₁.</param>
    public abstract Hierarchy? Build(long features, LatentSpace first);
}

/// <summary>The layers between latent variables that stand above each other.</summary>
/// <param name="name">The name of the module.</param>
public abstract class Hierarchy(string name) : nn.Module(name)
{
    /// <summary>Numbers of units of z₁ … z_L.</summary>
    public abstract IReadOnlyList<long> Sizes { get; }

    /// <summary>Number of features that the posterior of the topmost variable gets.</summary>
    public abstract long Features { get; }

    /// <summary>Number of units, from z₁ on, that the decoder sees.</summary>
    public abstract long Decoded { get; }

    /// <summary>What belongs to the way from x to the codes.</summary>
    public abstract nn.Module Inference { get; }

    /// <summary>What belongs to the way from the codes to x.</summary>
    public abstract nn.Module Generation { get; }

    /// <summary>From the encoder's features, [B, F], to those of each variable, z₁'s first.</summary>
    public abstract IReadOnlyList<Tensor> Climb(Tensor features);

    /// <summary>p(z_l | z_{l+1}), and q(z_l | z_{l+1}, x) where there is an x.</summary>
    /// <param name="level">l, from 1 to L − 1.</param>
    /// <param name="above">Draws of z_{l+1}: [.., Z].</param>
    /// <param name="features">The features of this variable, [B, F]; null without an x.</param>
    public abstract (Normal Prior, Normal? Posterior) Given(int level, Tensor above, Tensor? features);
}

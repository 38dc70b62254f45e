using System.ComponentModel.DataAnnotations;
using VaeSharp.Networks;
using Normal = VaeSharp.Distributions.Normal;

namespace VaeSharp.Hierarchies;

/// <summary>Two variables, both of which the decoder sees; the upper one is inferred first, and the lower one with its help.</summary>
[Part("two-level", Paper = "Tomczak and Welling 2018, VAE with a VampPrior, arXiv:1705.07120, section 3",
    Formula = "q(z₁|x, z₂) q(z₂|x),  p(x|z₁, z₂) p(z₁|z₂) p(z₂)")]
public sealed record TwoLevelSpec : HierarchySpec
{
    /// <summary>Number of units of the upper variable, z₂. Paper: 40.</summary>
    [Range(1, 65_536)]
    public int Upper { get; init; } = 40;

    /// <summary>Width of the gated hidden layers of p(z₁|z₂) and q(z₁|x, z₂). Paper: 300.</summary>
    [Range(1, 65_536)]
    public int Width { get; init; } = 300;

    /// <inheritdoc/>
    public override IReadOnlyList<long> SizesAbove => [Upper];

    /// <inheritdoc/>
    public override Traits Gives => base.Gives | Traits.IndependentExamples;

    /// <inheritdoc/>
    public override Hierarchy? Build(long features, LatentSpace first) => new TwoLevelHierarchy(this, features, first);
}

/// <summary>q(z₁|x, z₂) and p(z₁|z₂).</summary>
internal sealed class TwoLevelHierarchy : Hierarchy
{
    private readonly JointNet recognition;
    private readonly NormalNet generation;
    private readonly long[] sizes;
    private readonly long features;

    public TwoLevelHierarchy(TwoLevelSpec spec, long features, LatentSpace first) : base(nameof(TwoLevelHierarchy))
    {
        (sizes, this.features) = ([first.Size, spec.Upper], features);
        recognition = new JointNet(spec.Upper, features, spec.Width, first.Size);
        GatedLinear[] layers = [new GatedLinear(spec.Upper, spec.Width), new GatedLinear(spec.Width, spec.Width)];
        generation = new NormalNet(layers, spec.Width, first.Size);
        RegisterComponents();
    }

    public override IReadOnlyList<long> Sizes => sizes;

    public override long Features => features;

    public override long Decoded => sizes.Sum();

    public override nn.Module Inference => recognition;

    public override nn.Module Generation => generation;

    public override IReadOnlyList<Tensor> Climb(Tensor features) => [features, features];

    public override (Normal Prior, Normal? Posterior) Given(int level, Tensor above, Tensor? features) =>
        (generation.For(above), features is null ? null : recognition.For(above, features));
}

/// <summary>From z₂ [.., Z₂], through a layer of its own, and features of x [B, F] to q(z₁|x, z₂).</summary>
internal sealed class JointNet : nn.Module
{
    private readonly GatedLinear upper;
    private readonly NormalNet both;

    public JointNet(long inputs, long features, long width, long outputs) : base(nameof(JointNet))
    {
        upper = new GatedLinear(inputs, width);
        both = new NormalNet([new GatedLinear(features + width, width)], width, outputs);
        RegisterComponents();
    }

    public Normal For(Tensor above, Tensor features) =>
        both.For(cat([features.to_type(above.dtype).expand([.. above.shape[..^1], features.size(-1)]), upper.call(above)], dim: -1));
}

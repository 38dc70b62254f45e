using System.ComponentModel.DataAnnotations;
using TorchSharp.Modules;
using VaeSharp.Networks;
using Linear = VaeSharp.Networks.Linear;
using Normal = VaeSharp.Distributions.Normal;

namespace VaeSharp.Hierarchies;

/// <summary>
/// The ladder: what the example says of each variable and what the variable above says of it are joined by their precisions, so that
/// recognition and generation meet at every level.
/// </summary>
/// <remarks>A likelihood's message and a prior, both normal, make a posterior so: in a linear model the ladder is exact.</remarks>
[Part("ladder", Paper = "Sønderby et al. 2016, Ladder Variational Autoencoders, arXiv:1602.02282",
    Formula = "q(z_l|z_{l+1}, x) ∝ N(μ̂_l(x), σ̂²_l(x)) p(z_l|z_{l+1}),  p(x|z) = p(x|z₁)")]
public sealed record LadderSpec : HierarchySpec
{
    /// <summary>
    /// Numbers of units of z₂ … z_L, from the data upwards; none is the model of one variable. Paper: 32, 16, 8 and 4, above 64.
    /// </summary>
    [Range(1, 65_536)]
    public IReadOnlyList<long> Above { get; init; } = [32, 16];

    /// <summary>
    /// Widths of the hidden layers between z₁ and z₂, between z₂ and z₃ …, both ways; the last is that of all further ones. Paper: 256,
    /// 128, 64 and 32.
    /// </summary>
    [Range(1, 65_536)]
    public IReadOnlyList<long> Hidden { get; init; } = [256, 128];

    /// <summary>Number of hidden layers between two variables, both ways. Paper: 2.</summary>
    [Range(0, 100)]
    public int Layers { get; init; } = 2;

    /// <summary>Whether hidden layers between variables normalise over the batch, which upper levels come alive with. Paper: yes.</summary>
    public bool Normalise { get; init; } = true;

    /// <inheritdoc/>
    public override IReadOnlyList<long> SizesAbove => Above;

    /// <inheritdoc/>
    public override Traits Gives => base.Gives | (Normalise && HasHidden ? Traits.None : Traits.IndependentExamples);

    private bool HasHidden => Layers > 0 && Hidden.Count > 0;

    /// <inheritdoc/>
    public override Hierarchy? Build(long features, LatentSpace first) =>
        Above.Count == 0 ? null : new LadderHierarchy(this, features, first);

    /// <summary>The hidden layers above variable l, from a number of inputs, and how many features come out.</summary>
    internal (IEnumerable<nn.Module<Tensor, Tensor>> Layers, long Features) HiddenOf(int level, long inputs)
    {
        if (!HasHidden)
            return ([], inputs);
        var width = Hidden[Math.Min(level, Hidden.Count) - 1];
        return (Enumerable.Range(0, Layers).SelectMany(i => Layer(i == 0 ? inputs : width, width)), width);
    }

    private nn.Module<Tensor, Tensor>[] Layer(long inputs, long width) => Normalise
        ? [new Linear(inputs, width), new BatchNormalisation(width, Activation.LeakyRelu)]
        : [new Linear(inputs, width, Activation.LeakyRelu)];
}

/// <summary>The ladder between z₁ and z_L.</summary>
internal sealed class LadderHierarchy : Hierarchy
{
    private readonly RecognitionLadder recognition;
    private readonly ModuleList<NormalNet> generation;
    private readonly long[] sizes;

    public LadderHierarchy(LadderSpec spec, long features, LatentSpace first) : base(nameof(LadderHierarchy))
    {
        sizes = [first.Size, .. spec.Above];
        recognition = new RecognitionLadder(spec, features, sizes);
        generation = nn.ModuleList([.. Enumerable.Range(1, spec.Above.Count).Select(level =>
        {
            var (layers, outputs) = spec.HiddenOf(level, sizes[level]);
            return new NormalNet(layers, outputs, sizes[level - 1]);
        })]);
        RegisterComponents();
    }

    public override IReadOnlyList<long> Sizes => sizes;

    public override long Features => recognition.Features;

    public override long Decoded => sizes[0];

    public override nn.Module Inference => recognition;

    public override nn.Module Generation => generation;

    public override IReadOnlyList<Tensor> Climb(Tensor features) => recognition.Climb(features);

    public override (Normal Prior, Normal? Posterior) Given(int level, Tensor above, Tensor? features)
    {
        var prior = generation[level - 1].For(above);
        return (prior, features is null ? null : Joined(recognition.Message(level, features), prior));
    }

    /// <summary>
    /// N(μ, σ²) ∝ N(μ₁, σ₁²) N(μ₂, σ₂²): σ⁻² = σ₁⁻² + σ₂⁻² and μ = (μ₁σ₁⁻² + μ₂σ₂⁻²) σ². Sønderby et al. 2016.
    /// </summary>
    /// <remarks>σ²σ₁⁻² is 1/(1 + σ₁²/σ₂²), a sigmoid of the difference of logarithms: no precision is formed, and none overflows.</remarks>
    internal static Normal Joined(Normal one, Normal other)
    {
        var share = (other.LogVar - one.LogVar).sigmoid();                                       // σ²σ₁⁻²
        return new Normal(share * one.Mean + (1 - share) * other.Mean, -(-one.LogVar).logaddexp(-other.LogVar));
    }
}

using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;

namespace VaeSharp.Priors;

/// <summary>Each index of a code given those in front, by masked gated convolutions; fitted to the codes of the trained model.</summary>
[Part("pixel-cnn", Paper = "van den Oord et al. 2016, Conditional Image Generation with PixelCNN Decoders, arXiv:1606.05328, section 2",
    Formula = "p(z) = ∏ p(kᵢ | k₁ … kᵢ₋₁),  or p(z|y) = ∏ p(kᵢ | k₁ … kᵢ₋₁, y) under a label")]
public sealed record PixelCnnPriorSpec : CodePriorSpec
{
    /// <summary>Number of gated layers. Paper: 20, of images of 32 × 32.</summary>
    [Range(1, 1000)]
    public int Layers { get; init; } = 8;

    /// <summary>Features of each stack at a place, at least one for each index there. Paper: 384.</summary>
    [Range(1, 65_536)]
    public int Width { get; init; } = 64;

    /// <summary>
    /// Places that a layer sees in front, above, and to both sides above. Paper: 2, as kernels are 5 × 5. What is farther off than this
    /// times the number of layers is not seen.
    /// </summary>
    [Range(1, 100)]
    public int Reach { get; init; } = 2;

    /// <inheritdoc/>
    /// <remarks>Its probabilities are of codes with known indices, as all draws of a posterior with finitely many codes are.</remarks>
    public override Traits Gives => Traits.DensityAnywhere | Traits.FinitelyMany;

    /// <inheritdoc/>
    public override PriorSpec WhileTraining() => new UniformCodesPriorSpec();

    /// <inheritdoc/>
    public override CodePrior Build(ICodes codes, DataSpec data) => new PixelCnnPrior(this, codes, data.Classes);
}

/// <summary>p(z) = ∏ p(kᵢ | k₁ … kᵢ₋₁), given the label where one is told.</summary>
public sealed class PixelCnnPrior : CodePrior
{
    private readonly PixelCnn network;
    private readonly long classes;

    /// <summary>Makes the network for codes.</summary>
    /// <param name="spec">Its sizes.</param>
    /// <param name="codes">The codes.</param>
    /// <param name="classes">Number of classes that are told; 0 where none is.</param>
    public PixelCnnPrior(PixelCnnPriorSpec spec, ICodes codes, long classes) : base(nameof(PixelCnnPrior), codes)
    {
        this.classes = classes;
        network = new PixelCnn(spec, codes.Count, codes.IndexShape[^1], classes);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override bool IsTold => classes > 0;

    /// <inheritdoc/>
    public override Distribution For(EncodeAt encode, Tensor? labels, Device device) =>
        new AutoregressiveCodes(Codes, network, IsTold ? Weights(labels) : null, device);

    // A class or a weight for each: [B] or [B, Y] → [B, Y].
    private Tensor Weights(Tensor? labels) => labels is null
        ? throw new ArgumentException("This prior is told a label with each code, and none was given.", nameof(labels))
        : labels.is_floating_point() ? labels : nn.functional.one_hot(labels, classes).to_type(float32);
}

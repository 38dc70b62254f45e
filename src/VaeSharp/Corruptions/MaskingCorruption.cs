using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Corruptions;

/// <summary>Some elements of each example are set to 0.</summary>
/// <remarks>The paper sets a fixed number of elements to 0; here each is chosen by itself, so that their number varies a little.</remarks>
[Part("masking", Paper = "Vincent et al. 2008, Extracting and Composing Robust Features with Denoising Autoencoders, ICML",
    Formula = "x̃ᵢ = 0 with probability ν, else xᵢ")]
public sealed record MaskingCorruptionSpec : CorruptionSpec
{
    /// <summary>Probability ν of each element to be set to 0. Paper: 0.1, 0.25, 0.4.</summary>
    [Range(0, 1)]
    public Schedule Share { get; init; } = 0.25;

    /// <inheritdoc/>
    public override Tensor? Of(Tensor x, DataSpec data, Progress progress) =>
        x.masked_fill(progress.Noise.Uniform(x.shape, x.device) < Share.At(progress), 0);
}

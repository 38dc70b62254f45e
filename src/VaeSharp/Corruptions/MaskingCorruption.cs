using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Corruptions;

/// <summary>Some elements of each example are set to the smallest value of the data; to 0 where their range has an end missing.</summary>
/// <remarks>
/// The paper sets a fixed number of elements to 0, which is black in its data; here each is chosen by itself, so that their number varies
/// a little.
/// </remarks>
[Part("masking", Paper = "Vincent et al. 2008, Extracting and Composing Robust Features with Denoising Autoencoders, ICML",
    Formula = "x̃ᵢ = low with probability ν, else xᵢ")]
public sealed record MaskingCorruptionSpec : CorruptionSpec
{
    /// <summary>Probability ν of each element to be masked. Paper: 0.1, 0.25, 0.4.</summary>
    [Range(0, 1)]
    public Schedule Share { get; init; } = 0.25;

    /// <inheritdoc/>
    public override Tensor? Of(Tensor x, DataSpec data, Progress progress) =>
        x.masked_fill(progress.Noise.Uniform(x.shape, x.device) < Share.At(progress), data.IsBounded ? data.Low : 0);
}

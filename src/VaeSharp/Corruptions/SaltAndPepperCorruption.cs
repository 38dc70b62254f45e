using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Corruptions;

/// <summary>Some elements of each example are set to the smallest or the largest value of the data, as a fair coin falls.</summary>
[Part("salt-and-pepper", Paper = "Vincent et al. 2010, Stacked Denoising Autoencoders, JMLR 11, section 3.3",
    Formula = "x̃ᵢ = low or high with probability ν/2 each, else xᵢ")]
public sealed record SaltAndPepperCorruptionSpec : CorruptionSpec
{
    /// <summary>Probability ν of each element to be set to either end. Paper: 0.1, 0.25, 0.4.</summary>
    [Range(0, 1)]
    public Schedule Share { get; init; } = 0.25;

    /// <inheritdoc/>
    public override string? Refuses(DataSpec data) =>
        data.IsBounded ? null : "needs data with a smallest and a largest value, but the range has no end";

    /// <inheritdoc/>
    public override Tensor? Of(Tensor x, DataSpec data, Progress progress)
    {
        var (u, half) = (progress.Noise.Uniform(x.shape, x.device), 0.5 * Share.At(progress));
        return x.masked_fill(u < half, data.Low).masked_fill(u >= 1 - half, data.High);
    }
}

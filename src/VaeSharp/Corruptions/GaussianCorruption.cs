using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Corruptions;

/// <summary>Normal noise is added to each element. The sum is not clipped to the range of the data.</summary>
[Part("gaussian-noise", Paper = "Vincent et al. 2010, Stacked Denoising Autoencoders, JMLR 11, section 3.3",
    Formula = "x̃ = x + σ ε,  ε ~ N(0, I)")]
public sealed record GaussianCorruptionSpec : CorruptionSpec
{
    /// <summary>Standard deviation σ of the noise, in units of the data. Paper: 0.05 to 0.5.</summary>
    [Range(0, 1e4)]
    public Schedule Sigma { get; init; } = 0.25;

    /// <inheritdoc/>
    public override Tensor? Of(Tensor x, DataSpec data, Progress progress) =>
        x + Sigma.At(progress) * progress.Noise.Normal(x.shape, x.device);
}

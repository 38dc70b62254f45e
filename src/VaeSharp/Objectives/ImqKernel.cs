using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Objectives;

/// <summary>The inverse multiquadratic kernel, whose heavy tails pull at codes that are far away, summed over several scales.</summary>
[Part("imq", Paper = "Tolstikhin et al. 2018, Wasserstein Auto-Encoders, arXiv:1711.01558, section 4",
    Formula = "k(a, b) = Σₛ C / (C + ‖a − b‖²),  C = 2 Z σ² s")]
public sealed record ImqKernel : KernelSpec
{
    /// <summary>Standard deviation σ of a unit of the prior, which the scales refer to.</summary>
    [Range(1e-3, 1e3)]
    public double Bandwidth { get; init; } = 1;

    /// <summary>Scales s. The paper has 1 alone; its official code these seven.</summary>
    [Range(1e-6, 1e6)]
    public IReadOnlyList<double> Scales { get; init; } = SevenScales;

    /// <inheritdoc/>
    public override Tensor Of(Tensor squaredDistance, long units) =>
        Sum(Scales, Bandwidth, squaredDistance, units, c => c / (c + squaredDistance));
}

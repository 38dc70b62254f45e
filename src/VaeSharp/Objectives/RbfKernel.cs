using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Objectives;

/// <summary>The Gaussian kernel, summed over several scales.</summary>
[Part("rbf", Paper = "Gretton et al. 2012, A Kernel Two-Sample Test, JMLR 13",
    Formula = "k(a, b) = Σₛ exp(−‖a − b‖² / C),  C = 2 Z σ² s")]
public sealed record RbfKernel : KernelSpec
{
    /// <summary>Standard deviation σ of a unit of the prior, which the scales refer to.</summary>
    [Range(1e-3, 1e3)]
    public double Bandwidth { get; init; } = 1;

    /// <summary>Scales s.</summary>
    [Range(1e-6, 1e6)]
    public IReadOnlyList<double> Scales { get; init; } = SevenScales;

    /// <inheritdoc/>
    public override Tensor Of(Tensor squaredDistance, long units) =>
        Sum(Scales, Bandwidth, squaredDistance, units, c => (squaredDistance * (-1 / c)).exp());
}

namespace VaeSharp.Objectives;

/// <summary>The inverse multiquadratic kernel, whose heavy tails pull at codes that are far away, summed over several scales.</summary>
/// <remarks>The paper has the scale 1 alone; its official code the seven that are the default here.</remarks>
[Part("imq", Paper = "Tolstikhin et al. 2018, Wasserstein Auto-Encoders, arXiv:1711.01558, section 4",
    Formula = "k(a, b) = Σₛ C / (C + ‖a − b‖²),  C = 2 Z σ² s")]
public sealed record ImqKernel : KernelSpec
{
    /// <inheritdoc/>
    protected override Tensor At(double c, Tensor squaredDistance) => c / (c + squaredDistance);
}

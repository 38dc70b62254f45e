namespace VaeSharp.Objectives;

/// <summary>The Gaussian kernel, summed over several scales.</summary>
[Part("rbf", Paper = "Gretton et al. 2012, A Kernel Two-Sample Test, JMLR 13",
    Formula = "k(a, b) = Σₛ exp(−‖a − b‖² / C),  C = 2 Z σ² s")]
public sealed record RbfKernel : KernelSpec
{
    /// <inheritdoc/>
    protected override Tensor At(double c, Tensor squaredDistance) => (squaredDistance * (-1 / c)).exp();
}

using VaeSharp.Specs;

namespace VaeSharp.Objectives;

/// <summary>A positive definite function of the distance of two codes.</summary>
[PartKind("kernel", "kernels")]
public abstract record KernelSpec : PartSpec
{
    /// <summary>The scales of the WAE paper's official code.</summary>
    internal static readonly double[] SevenScales = [0.1, 0.2, 0.5, 1, 2, 5, 10];

    /// <summary>k of squared distances, of any shape.</summary>
    /// <param name="squaredDistance">‖a − b‖².</param>
    /// <param name="units">Number Z of latent units.</param>
    public abstract Tensor Of(Tensor squaredDistance, long units);

    /// <summary>The sum of a kernel over scales C = 2 Z σ² s.</summary>
    private protected static Tensor Sum(IReadOnlyList<double> scales, double bandwidth, Tensor squaredDistance, long units,
        Func<double, Tensor> kernel) => scales.Select(scale => kernel(2 * units * bandwidth * bandwidth * scale))
        .Aggregate(zeros_like(squaredDistance), (sum, term) => sum + term);
}

using System.ComponentModel.DataAnnotations;
using VaeSharp.Specs;

namespace VaeSharp.Objectives;

/// <summary>A positive definite function of the distance of two codes, summed over several scales C = 2 Z σ² s.</summary>
[PartKind("kernel", "kernels")]
public abstract record KernelSpec : PartSpec
{
    /// <summary>Standard deviation σ of a unit of the prior, which the scales refer to.</summary>
    [Range(1e-3, 1e3)]
    public double Bandwidth { get; init; } = 1;

    /// <summary>Scales s, whose kernels are summed.</summary>
    [Range(1e-6, 1e6)]
    public IReadOnlyList<double> Scales { get; init; } = [0.1, 0.2, 0.5, 1, 2, 5, 10];

    /// <summary>k of squared distances, of any shape.</summary>
    /// <param name="squaredDistance">‖a − b‖².</param>
    /// <param name="units">Number Z of latent units.</param>
    public Tensor Of(Tensor squaredDistance, long units) => Scales
        .Select(scale => At(2 * units * Bandwidth * Bandwidth * scale, squaredDistance))
        .Aggregate(zeros_like(squaredDistance), (sum, term) => sum + term);

    /// <summary>k of squared distances at one scale C.</summary>
    protected abstract Tensor At(double c, Tensor squaredDistance);
}

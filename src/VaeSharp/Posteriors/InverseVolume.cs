using VaeSharp.Flows;

namespace VaeSharp.Posteriors;

/// <summary>
/// Codes whose density is √det G⁻¹(z) up to a factor: they are where a metric has small volumes, which is near its centroids.
/// </summary>
/// <remarks>
/// Chadebec et al. 2022, arXiv:2105.00026, who restrict it to a bounded set. Far from all centroids it is λ^(Z/2) and does not fall any
/// more, so that over the whole space it has no integral: what is drawn are ends of walks of some length that start at centroids, as in
/// the published code, and walks without end would leave.
/// </remarks>
/// <param name="centroids">cᵢ: [N, Z].</param>
/// <param name="factors">Lᵢ: [N, Z, Z]; a centroid whose factor is 0 is not there.</param>
/// <param name="reach">T, how far a centroid is felt.</param>
/// <param name="floor">λ, of G⁻¹'s eigenvalues.</param>
internal sealed class InverseVolume(Tensor centroids, Tensor factors, double reach, double floor)
{
    private readonly CodeMetric metric = new(centroids, factors, zeros_like(centroids.narrow(0, 0, 1)),
        zeros_like(factors.narrow(0, 0, 1)), reach, floor);                                      // no row has a centroid of its own

    /// <summary>½ log det G⁻¹(z): [N, Z] → [N].</summary>
    public Tensor LogDensity(Tensor z)
    {
        using var scope = NewDisposeScope();
        return (-0.5 * metric.At(z).LogDeterminant).MoveToOuterDisposeScope();
    }

    /// <summary>Its gradient, with which codes are drawn to centroids: [N, Z].</summary>
    public Tensor Force(Tensor z)
    {
        using var scope = NewDisposeScope();
        return metric.At(z).Force(zeros_like(z)).MoveToOuterDisposeScope();
    }

    /// <summary>Codes at the ends of walks from centroids, each from any of them: [count, Z].</summary>
    /// <exception cref="InvalidOperationException">There is no centroid.</exception>
    public Tensor Draw(long count, HamiltonianChainSpec chain, Noise noise)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var there = factors.flatten(1).abs().sum(dim: 1L).nonzero().squeeze(1);
        var number = there.size(0);
        if (number == 0)
            throw new InvalidOperationException("The metric has no centroid that a code could start from: its model was not trained.");
        var drawn = (noise.Uniform([count], centroids.device) * number).to_type(int64).clamp(max: number - 1);
        var start = centroids.index_select(0, there.index_select(0, drawn));
        return new HamiltonianChain(chain, LogDensity, Force).Walk(start, noise).Z.MoveToOuterDisposeScope();
    }
}

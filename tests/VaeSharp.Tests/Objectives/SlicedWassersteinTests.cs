using VaeSharp.Objectives;

namespace VaeSharp.Tests.Objectives;

/// <summary>The sliced Wasserstein distance, against closed forms.</summary>
public sealed class SlicedWassersteinTests
{
    /// <summary>
    /// On a line, W₂² of two normal distributions is (m − m')² + (s − s')². It is so for any two sets that are the same numbers, of mean 0
    /// and variance 1, shifted and scaled; their order does not matter.
    /// </summary>
    [Fact]
    public void On_a_line_it_is_the_squared_difference_of_means_and_deviations()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var x = noise.Normal([200, 1], CPU);
        x = (x - x.mean()) / x.std(unbiased: false);
        var order = noise.Permutation(200, CPU);
        var (a, b) = (2 + 0.5 * x, (-1 + 3 * x).index_select(0, order));
        var lines = tensor(new[] { 0.3f, -2 }).view(2, 1);                                       // there is one, and its opposite
        Check.Close(9 + 6.25, SlicedWassersteinSpec.Between(a.unsqueeze(0), b.unsqueeze(0), lines).item<float>(), 1e-5);
    }

    /// <summary>Best among all assignments of six points, tried one by one.</summary>
    [Fact]
    public void On_a_line_it_is_the_cost_of_the_best_assignment()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var (a, b) = (noise.Normal([6, 1], CPU), noise.Normal([6, 1], CPU));
        double[] x = Numbers(a), y = Numbers(b);
        var best = Orders([.. Enumerable.Range(0, 6)]).Min(order => order.Select((j, i) => (x[i] - y[j]) * (x[i] - y[j])).Sum()) / 6;
        Check.Close(best, SlicedWassersteinSpec.Between(a.unsqueeze(0), b.unsqueeze(0), ones(1, 1)).item<float>());

        static double[] Numbers(Tensor x) => x.to_type(float64).data<double>().ToArray();

        static IEnumerable<int[]> Orders(int[] items) => items.Length == 0 ? [[]]
            : items.SelectMany(item => Orders([.. items.Where(other => other != item)]).Select(rest => (int[])[item, .. rest]));
    }

    /// <summary>
    /// A shift δ moves every projection by θᵀδ, whose mean square over the sphere is ‖δ‖²/Z: directions have length 1, and none is
    /// preferred.
    /// </summary>
    [Fact]
    public void A_shift_costs_its_squared_length_over_the_number_of_units()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var a = noise.Normal([1, 10, 4], CPU);
        var shifted = a + tensor(new[] { 1f, -2, 0.5f, 0 });
        var costs = Enumerable.Range(0, 2000).Select(_ => SlicedWassersteinSpec.Between(a, shifted, noise.Normal([2, 4], CPU))).ToArray();
        Statistics.AssertMean(5.25 / 4, stack(costs), 1e-5);
    }
}

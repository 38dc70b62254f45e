using VaeSharp.Distributions;

namespace VaeSharp.Tests.Distributions;

/// <summary>Densities and variances of single elements.</summary>
public sealed class UnitDensityTests
{
    private static readonly Dictionary<string, Func<Tensor, Tensor, Distribution>> All = new()
    {
        ["normal"] = (mean, spread) => new Normal(mean, spread),
        ["laplace"] = (mean, spread) => new Laplace(mean, spread),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    /// <summary>Elements are independent: the density of a code is the product of its units', here of codes against each other.</summary>
    [Theory, MemberData(nameof(Names))]
    public void The_elements_log_densities_sum_to_the_log_density(string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var q = All[name](noise.Normal([5, 3], CPU), noise.Normal([5, 3], CPU));
        var x = noise.Normal([2, 5, 1, 3], CPU);
        var units = q.LogProbByUnit(x);
        Assert.Equal([2L, 5, 5, 3], units.shape);
        Check.Close(q.LogProb(x), units.sum(dim: -1L));
        var last = All[name](q.Mean.narrow(1, 2, 1), SpreadOf(q).narrow(1, 2, 1));
        Check.Close(last.LogProb(x.narrow(3, 2, 1)), units.select(3, 2));
    }

    [Theory, MemberData(nameof(Names))]
    public void The_variance_is_that_of_draws(string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var q = All[name](tensor(new[] { 1f, -2 }), tensor(new[] { 0.5f, -1 }));
        var squares = (q.Rsample(200_000, noise).Z - q.Mean).square();
        for (var j = 0; j < 2; j++)
            Statistics.AssertMean(q.Variance[j].item<float>(), squares.select(1, j));
    }

    private static Tensor SpreadOf(Distribution q) => q is Normal normal ? normal.LogVar : ((Laplace)q).LogScale;
}

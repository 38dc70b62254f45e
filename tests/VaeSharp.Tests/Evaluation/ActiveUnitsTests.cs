using VaeSharp.Evaluation;

namespace VaeSharp.Tests.Evaluation;

public sealed class ActiveUnitsTests
{
    /// <summary>Four codes of three units: 1, −1, 1, −1 has variance 1; 0.05, 0.25, 0.05, 0.25 has 0.01; 7 has none.</summary>
    private static readonly float[] Codes = [1, 0.05f, 7, -1, 0.25f, 7, 1, 0.05f, 7, -1, 0.25f, 7];

    [Fact]
    public void Variances_are_those_over_the_examples()
    {
        var variances = ActiveUnits.Variances(Codes, units: 3);
        Assert.Equal([1, 0.01, 0], variances.Select(variance => Math.Round(variance, 6)));
    }

    /// <summary>Burda et al. 2016 count variances above the threshold, so one at the threshold is not.</summary>
    [Theory]
    [InlineData(0.015625, 1)]
    [InlineData(0.0156, 2)]
    [InlineData(1, 0)]
    public void A_unit_is_active_whose_variance_is_above_the_threshold(double threshold, int expected)
    {
        // Exact in binary: 0.125 off its mean, variance 1/64, and one far from zero that never moves.
        float[] codes = [1, 0.25f, 7, -1, 0, 7, 1, 0.25f, 7, -1, 0, 7];
        Assert.Equal(expected, ActiveUnits.Count(codes, 3, threshold));
    }

    /// <summary>A unit far from zero, whose sum of squares would lose all digits in single precision.</summary>
    [Fact]
    public void A_large_mean_does_not_hide_a_small_variance() =>
        Assert.Equal(0.25, Assert.Single(ActiveUnits.Variances([4096.5f, 4097.5f, 4096.5f, 4097.5f], units: 1)));

    [Fact]
    public void One_example_has_no_variance() => Assert.Equal(0, ActiveUnits.Count([3, 4], units: 2));

    [Fact]
    public void Numbers_that_are_no_codes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ActiveUnits.Count([1, 2, 3], units: 2));
        Assert.Throws<ArgumentException>(() => ActiveUnits.Count([], units: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => ActiveUnits.Count([1, 2], units: 0));
    }
}

namespace VaeSharp.Tests.Support;

/// <summary>Bounds on how far an estimate may be from the truth, each with the chance that a right program exceeds it.</summary>
internal static class Statistics
{
    /// <summary>Standard errors that a mean of many draws may be off: a normal number exceeds six with a chance of 2 · 10⁻⁹.</summary>
    public const double Sigmas = 6;

    /// <summary>The chance that a distribution-free bound is exceeded by a right program.</summary>
    public const double FalseAlarm = 1e-8;

    /// <summary>The mean and its standard error, in double precision.</summary>
    public static (double Mean, double Error) MeanOf(Tensor values)
    {
        using var scope = NewDisposeScope();
        var draws = values.detach().to_type(float64).flatten();
        return (draws.mean().item<double>(), draws.std().item<double>() / Math.Sqrt(draws.size(0)));
    }

    /// <summary>The mean and its standard error.</summary>
    public static (double Mean, double Error) MeanOf(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        var variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
        return (mean, Math.Sqrt(variance / values.Count));
    }

    /// <summary>Holds a Monte-Carlo mean to its expectation.</summary>
    public static void AssertMean(double expected, Tensor draws, double rounding = 1e-6)
    {
        var (mean, error) = MeanOf(draws);
        Assert.True(Math.Abs(mean - expected) <= Sigmas * error + rounding, $"mean {mean} ± {error}, expected {expected}");
    }

    /// <summary>
    /// Holds importance weights, as logarithms over log p(x), to the mean 1, and the bound to lie below by some nats: else they say
    /// nothing.
    /// </summary>
    public static void AssertUnbiased(Tensor excess, double below)
    {
        AssertMean(1, excess.exp(), rounding: 1e-4);
        var (bound, error) = MeanOf(excess);
        Assert.True(bound < -below - Sigmas * error, $"{bound} ± {error}: the test says nothing");
    }

    /// <summary>
    /// Kolmogorov and Smirnov: the greatest distance of the empirical and the true distribution function, against the bound of Dvoretzky,
    /// Kiefer and Wolfowitz with Massart's constant, P(D > ε) ≤ 2 exp(−2nε²), which holds for every n.
    /// </summary>
    public static void AssertFits(Tensor draws, Func<Tensor, Tensor> distributionFunction)
    {
        using var scope = NewDisposeScope();
        var sorted = draws.detach().to_type(float64).flatten().sort().Values;
        var n = sorted.size(0);
        var truth = distributionFunction(sorted);
        var above = (arange(1, n + 1, dtype: float64) / n - truth).abs().max().item<double>();
        var below = (truth - arange(0, n, dtype: float64) / n).abs().max().item<double>();
        var bound = Math.Sqrt(Math.Log(2 / FalseAlarm) / (2 * n));
        Assert.True(Math.Max(above, below) <= bound, $"distance {Math.Max(above, below)} of the distribution functions, bound {bound}");
    }

    /// <summary>
    /// Pearson's χ² of counts, against the bound of Laurent and Massart 2000 (lemma 1) on the χ² distribution: P(X ≥ k + 2√(kt) + 2t) ≤
    /// exp(−t).
    /// </summary>
    public static void AssertFits(IReadOnlyList<long> counts, IReadOnlyList<double> probabilities)
    {
        var n = counts.Sum();
        var distance = counts.Zip(probabilities, (count, p) => (count - n * p) * (count - n * p) / (n * p)).Sum();
        var (k, t) = (counts.Count - 1, -Math.Log(FalseAlarm));
        var bound = k + 2 * Math.Sqrt(k * t) + 2 * t;
        Assert.True(distance <= bound, $"χ² = {distance}, bound {bound}: {string.Join(", ", counts)}");
    }
}

namespace VaeSharp.Benchmarks;

/// <summary>What a side reached.</summary>
internal sealed record Result(Side Side, IReadOnlyList<Measurement> Rounds)
{
    private readonly double[] rates = Sorted(Rounds.SelectMany(round => round.Rates));

    /// <summary>Examples per second: the median over all stretches of all rounds.</summary>
    public double Rate => Quantile(rates, 0.5);

    /// <summary>Half of the distance of the quartiles, as a share of the median.</summary>
    public double Spread => (Quantile(rates, 0.75) - Quantile(rates, 0.25)) / 2 / Rate;

    /// <summary>The most memory, in MiB: the median over rounds.</summary>
    public double Peak => Quantile(Sorted(Rounds.Select(round => round.Peak)), 0.5);

    /// <summary>The loss, where one was measured: the mean over rounds.</summary>
    public double? Loss => Rounds.Average(round => round.Loss);

    /// <summary>
    /// How many times as fast it was as another, each round by itself: the median, and the lowest and the highest of several rounds.
    /// </summary>
    public string Over(Result other)
    {
        var ratios = Sorted(Rounds.Zip(other.Rounds, (own, its) => Median(own) / Median(its)));
        var median = $"{Quantile(ratios, 0.5):F2}";
        return ratios.Length == 1 ? median : $"{median} ({ratios[0]:F2}–{ratios[^1]:F2})";
    }

    /// <summary>The rate, and the lowest and the highest of several rounds.</summary>
    public string RateText()
    {
        var medians = Sorted(Rounds.Select(Median));
        return medians.Length == 1 ? $"{Rate:N0} ± {Spread:P0}" : $"{Rate:N0} ({medians[0]:N0}–{medians[^1]:N0})";
    }

    private static double Median(Measurement round) => Quantile(Sorted(round.Rates), 0.5);

    private static double[] Sorted(IEnumerable<double> values) => [.. values.Order()];

    private static double Quantile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var (low, high) = (sorted[(int)Math.Floor(at)], sorted[(int)Math.Ceiling(at)]);
        return low + (high - low) * (at - Math.Floor(at));
    }
}

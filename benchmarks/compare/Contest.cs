namespace VaeSharp.Benchmarks;

/// <summary>Several sides at one job, in turn, round after round: what slows the machine for a while slows all of them.</summary>
internal sealed class Contest(Job job, IReadOnlyList<Side> sides)
{
    private readonly Side[] sides = [.. sides];
    private readonly List<Measurement>[] measured = [.. sides.Select(_ => new List<Measurement>())];

    /// <summary>Measures.</summary>
    /// <param name="rounds">How often each is measured.</param>
    public IReadOnlyList<Result> Run(int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < sides.Length; i++)
            {
                measured[i].Add(sides[i].Measure(job));
                // What was found to be fastest is not looked for again.
                if (sides[i].Variant.StartsWith("best"))
                    sides[i] = sides[i] with { Variant = measured[i][^1].Variant };
            }
        }
        return [.. sides.Select((side, i) => new Result(side, measured[i]))];
    }
}

/// <summary>What a side reached.</summary>
internal sealed record Result(Side Side, IReadOnlyList<Measurement> Rounds)
{
    private readonly double[] rates = [.. Rounds.SelectMany(round => round.Rates).Order()];

    /// <summary>Examples per second: the median over all stretches of all rounds.</summary>
    public double Rate => Quantile(0.5);

    /// <summary>Half of the distance of the quartiles, as a share of the median.</summary>
    public double Spread => (Quantile(0.75) - Quantile(0.25)) / 2 / Rate;

    /// <summary>The most memory, in MiB: the median over rounds.</summary>
    public double Peak => Rounds.Select(round => round.Peak).Order().ElementAt(Rounds.Count / 2);

    /// <summary>The loss, where one was measured: the mean over rounds.</summary>
    public double? Loss => Rounds.Average(round => round.Loss);

    private double Quantile(double share)
    {
        var at = share * (rates.Length - 1);
        var (low, high) = (rates[(int)Math.Floor(at)], rates[(int)Math.Ceiling(at)]);
        return low + (high - low) * (at - Math.Floor(at));
    }
}

namespace VaeSharp.Benchmarks;

/// <summary>
/// Several sides at one job, in turn, round after round, every second round in reverse: what slows the machine for a while slows all of
/// them.
/// </summary>
internal sealed class Contest(Job job, IReadOnlyList<Side> sides)
{
    private readonly Side[] sides = [.. sides];
    private readonly List<Measurement>[] measured = [.. sides.Select(_ => new List<Measurement>())];

    /// <summary>Measures.</summary>
    /// <param name="rounds">How often each is measured; round N has seed N.</param>
    public IReadOnlyList<Result> Run(int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            var order = Enumerable.Range(0, sides.Length);
            foreach (var i in round % 2 == 0 ? order : order.Reverse())
            {
                measured[i].Add(sides[i].Measure(job with { Seed = round }));
                // What was found to be fastest is not looked for again.
                if (sides[i].Variant.StartsWith("best"))
                    sides[i] = sides[i] with { Variant = measured[i][^1].Variant };
            }
        }
        return [.. sides.Select((side, i) => new Result(side, measured[i]))];
    }
}

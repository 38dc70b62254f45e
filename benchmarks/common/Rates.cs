using System.Diagnostics;

namespace VaeSharp.Benchmarks;

/// <summary>
/// Examples per second over stretches of time, three at least, behind a warm-up that begins when the first step is done. As in
/// peers/peer.py.
/// </summary>
/// <param name="seconds">How long is measured.</param>
internal sealed class Rates(double seconds)
{
    private const double WarmUp = 2;
    private const double Stretch = 0.5;
    private const int Least = 3;
    private readonly Stopwatch clock = new();
    private readonly List<double> values = [];
    private double since;
    private long before;

    /// <summary>What was measured.</summary>
    public IReadOnlyList<double> Values => values;

    /// <summary>Whether the warm-up is over.</summary>
    public bool IsWarm => clock.Elapsed.TotalSeconds >= WarmUp;

    /// <summary>Whether enough was measured.</summary>
    public bool IsDone => clock.Elapsed.TotalSeconds >= WarmUp + seconds && values.Count >= Least;

    /// <summary>Tells how many examples are done since the start.</summary>
    public void Add(long done)
    {
        clock.Start();
        var now = clock.Elapsed.TotalSeconds;
        if (!IsWarm)
            (since, before) = (now, done);
        else if (now - since >= Stretch && done > before)
        {
            values.Add((done - before) / (now - since));
            (since, before) = (now, done);
        }
    }

    /// <summary>Examples per second of a function that does many at a time, behind a warm-up of at least one call.</summary>
    public static IReadOnlyList<double> Of(double seconds, int count, Action whole)
    {
        var start = Stopwatch.StartNew();
        do
            whole();
        while (start.Elapsed.TotalSeconds < WarmUp);
        var rates = new List<double>();
        start.Restart();
        while (start.Elapsed.TotalSeconds < seconds || rates.Count < Least)
        {
            var each = Stopwatch.StartNew();
            whole();
            rates.Add(count / each.Elapsed.TotalSeconds);
        }
        return rates;
    }
}

namespace VaeSharp.Benchmarks;

/// <summary>What the garbage collector costs a training.</summary>
internal sealed class CollectorWatch
{
    private long bytes;
    private long steps;
    private long lastStep;
    private long collections;

    /// <summary>The longest pause, in milliseconds.</summary>
    public double LongestPause { get; private set; }

    /// <summary>Kilobytes allocated for a step.</summary>
    public double KilobytesPerStep => lastStep == steps ? 0 : (GC.GetTotalAllocatedBytes() - bytes) / 1000.0 / (lastStep - steps);

    /// <summary>Begins at a step.</summary>
    public void Begin(long step)
    {
        (bytes, steps, LongestPause) = (GC.GetTotalAllocatedBytes(), step, 0);
        collections = GC.GetGCMemoryInfo(GCKind.Any).Index;
    }

    /// <summary>Looks whether there was a pause.</summary>
    public void Look(long step)
    {
        lastStep = step;
        var last = GC.GetGCMemoryInfo(GCKind.Any);
        if (last.Index == collections)
            return;
        collections = last.Index;
        foreach (var pause in last.PauseDurations)
            LongestPause = Math.Max(LongestPause, pause.TotalMilliseconds);
    }
}

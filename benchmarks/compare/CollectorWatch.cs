using System.Diagnostics.Tracing;

namespace VaeSharp.Benchmarks;

/// <summary>What the garbage collector costs a training: every pause, by the runtime's own events.</summary>
internal sealed class CollectorWatch : EventListener
{
    private const EventKeywords Collections = (EventKeywords)1;
    private const int SuspensionBegins = 9;
    private const int RestartEnds = 3;
    // Events come from another thread, a moment later.
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(300);
    private readonly Lock gate = new();
    private readonly List<(DateTime Begin, DateTime End)> pauses = [];
    private DateTime? begin;
    private DateTime from;
    private long bytes;
    private long lastBytes;
    private long steps;
    private long lastStep;

    /// <summary>Begins at a step, and forgets what was before.</summary>
    public void Begin(long step)
    {
        from = DateTime.UtcNow;
        (bytes, steps) = (GC.GetTotalAllocatedBytes(), step);
        Look(step);
    }

    /// <summary>Tells the step that is done.</summary>
    public void Look(long step) => (lastBytes, lastStep) = (GC.GetTotalAllocatedBytes(), step);

    /// <summary>What was measured from the beginning to the last look.</summary>
    public Measurement Add(Measurement measurement)
    {
        var until = DateTime.UtcNow;
        Thread.Sleep(Delay);
        lock (gate)
        {
            var count = Math.Max(1.0, lastStep - steps);
            var own = pauses.Where(pause => pause.Begin >= from && pause.Begin <= until).ToList();
            return measurement with
            {
                Allocated = (lastBytes - bytes) / 1000.0 / count,
                Pause = own.Select(pause => (pause.End - pause.Begin).TotalMilliseconds).DefaultIfEmpty().Max(),
                Pauses = own.Count * 1000 / count,
            };
        }
    }

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
            EnableEvents(eventSource, EventLevel.Informational, Collections);
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventId is not (SuspensionBegins or RestartEnds))
            return;
        lock (gate)
        {
            if (eventData.EventId == SuspensionBegins)
                begin = IsForCollection(eventData) ? eventData.TimeStamp : null;
            else if (begin is { } at)
            {
                pauses.Add((at, eventData.TimeStamp));
                begin = null;
            }
        }
    }

    // The reason is 1 for a collection, 6 for the preparation of one; others are no business of the collector.
    private static bool IsForCollection(EventWrittenEventArgs suspension) => suspension.Payload?[0] is uint reason && reason is 1 or 6;
}

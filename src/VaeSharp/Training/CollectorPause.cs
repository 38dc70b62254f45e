namespace VaeSharp.Training;

/// <summary>Keeps the garbage collector from running within a step or a call.</summary>
/// <remarks>
/// TorchSharp passes the handle of a converted number (the 2 of <c>2 * x</c>, the hidden 1 of <c>x + y</c>) to native code and forgets the
/// number. A collection at that moment, which another thread's allocations can cause, may free it before it is read: the operation fails,
/// or uses another number. Pauses of several threads share one region without collections; they are short, or renewed.
/// </remarks>
internal sealed class CollectorPause : IDisposable
{
    // A step may allocate all of the room. What was allocated is collected well before: the less there is, the shorter the collection.
    private const long Room = 16 << 20;
    private const long Due = 2 << 20;
    private static readonly Lock Gate = new();
    private static int holders;
    private static bool active;
    private static long collected;

    /// <summary>Begins a pause.</summary>
    public CollectorPause()
    {
        lock (Gate)
        {
            if (holders++ == 0)
                Begin();
        }
    }

    /// <summary>
    /// Collects and begins anew where enough has been allocated in the meantime; called between steps. Where several pauses are held, the
    /// last of them collects.
    /// </summary>
    public static void Renew()
    {
        if (!IsDue)
            return;
        lock (Gate)
        {
            // Another holder may be within a step.
            if (holders > 1)
                return;
            End();
            Begin();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (Gate)
        {
            if (--holders == 0)
                End();
        }
    }

    private static bool IsDue => GC.GetTotalAllocatedBytes() - Interlocked.Read(ref collected) > Due;

    private static void Begin()
    {
        // A region that begins where memory is to be had does not collect, however often; without this, pause after pause would never
        // collect.
        if (IsDue)
        {
            GC.Collect(1, GCCollectionMode.Forced, blocking: true);
            Interlocked.Exchange(ref collected, GC.GetTotalAllocatedBytes());
        }
        try
        {
            active = GC.TryStartNoGCRegion(Room);
        }
        catch (InvalidOperationException)
        {
            // The program has paused the collector itself.
        }
    }

    private static void End()
    {
        if (!active)
            return;
        active = false;
        try
        {
            GC.EndNoGCRegion();
        }
        catch (InvalidOperationException)
        {
            // The room was used up, or somebody called GC.Collect: the pause is over already.
        }
    }
}

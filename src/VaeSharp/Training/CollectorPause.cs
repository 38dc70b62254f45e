namespace VaeSharp.Training;

/// <summary>Lets the garbage collector run between steps only.</summary>
/// <remarks>
/// TorchSharp passes the handle of a converted number (the 2 of <c>2 * x</c>, the hidden 1 of <c>x + y</c>) to native code and forgets the number;
/// a collection at that moment may free it before it is read, and the operation fails or uses another number. Within a pause there is none.
/// </remarks>
internal sealed class CollectorPause : IDisposable
{
    private const long Room = 48 << 20;
    private long start;
    private bool active;

    /// <summary>Begins a pause; where one is under way and nearly used up, collects and begins another.</summary>
    public void Renew()
    {
        if (active && GC.GetTotalAllocatedBytes() - start < Room * 3 / 4)
            return;
        Dispose();
        try
        {
            active = GC.TryStartNoGCRegion(Room);
        }
        catch (InvalidOperationException)
        {
            // The program has paused the collector itself.
        }
        start = GC.GetTotalAllocatedBytes();
    }

    /// <inheritdoc/>
    public void Dispose()
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

namespace VaeSharp.Networks;

/// <summary>
/// What layers that normalise over the batch find out about it in a pass that trains. The pass itself changes nothing: its trace keeps
/// this, and running averages follow behind the step.
/// </summary>
public sealed class BatchStatistics
{
    [ThreadStatic]
    private static BatchStatistics? current;

    private readonly List<Action> updates = [];

    /// <summary>What this thread's pass collects; null outside of training, where layers normalise by their running averages.</summary>
    public static BatchStatistics? Current => current;

    /// <summary>Lets layers normalise over the batch on this thread, until the result is disposed.</summary>
    /// <param name="statistics">Where they leave what they find out; null to normalise by running averages.</param>
    public static Scope Use(BatchStatistics? statistics)
    {
        var scope = new Scope(current);
        current = statistics;
        return scope;
    }

    /// <summary>Takes note of what one layer has to do behind the step.</summary>
    public void Add(Action update) => updates.Add(update);

    /// <summary>Lets all running averages follow, once.</summary>
    public void Apply()
    {
        foreach (var update in updates)
            update();
        updates.Clear();
    }

    /// <summary>Ends a use of batch statistics.</summary>
    /// <param name="before">What to go back to.</param>
    public readonly struct Scope(BatchStatistics? before) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => current = before;
    }
}

using System.Diagnostics;

namespace VaeSharp.Cli;

/// <summary>Works through many examples piece by piece, tells how far it is where that takes long, and ends when the user wishes.</summary>
/// <param name="what">What is being done: <c>encoding</c>.</param>
/// <param name="terminal">Where it is told, among the remarks.</param>
internal sealed class InPieces(string what, Terminal terminal)
{
    private const int Size = 2_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Works through a number of examples.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="work">Is given where a piece begins, and how many examples it has.</param>
    /// <exception cref="OperationCanceledException">The user ended it.</exception>
    public void Run(int count, Action<int, int> work)
    {
        var tell = Watch(count);
        for (var from = 0; from < count; from += Size)
        {
            terminal.Cancellation.ThrowIfCancellationRequested();
            work(from, Math.Min(Size, count - from));
            tell(Math.Min(from + Size, count));
        }
    }

    /// <summary>Begins to watch work on a number of examples, which tells how many are done.</summary>
    public Action<int> Watch(int count)
    {
        var (clock, told) = (Stopwatch.StartNew(), Patience);
        return done =>
        {
            if (clock.Elapsed < told || done == count)
                return;
            told = clock.Elapsed + Patience;
            var (rate, left) = (done / clock.Elapsed.TotalSeconds, clock.Elapsed / done * (count - done));
            terminal.Error.WriteLine($"{what}: {done:N0} of {count:N0}; {rate:N0}/s, {TextLayout.Clock(left)} left");
        };
    }
}

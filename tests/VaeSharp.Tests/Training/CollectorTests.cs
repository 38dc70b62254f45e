using VaeSharp.Optimizers;
using VaeSharp.Training;

namespace VaeSharp.Tests.Training;

[Collection(Alone.Name)]
public sealed class CollectorTests
{
    [Fact]
    public void A_collector_that_runs_all_the_time_changes_no_optimiser_step() => SameUnderCollection(Move, times: 5);

    [Fact]
    public void The_collector_runs_between_steps_and_not_within()
    {
        using var folder = new TemporaryFolder();
        var collections = new List<(long Allocated, int Count)>();
        Trainer.Run(Small.Experiment(epochs: 60), folder["run"], TestData.Splits(train: 3200), null, new TrainingWatch
        {
            Progress = _ => collections.Add((GC.GetTotalAllocatedBytes(), GC.CollectionCount(0))),
            BetweenReports = TimeSpan.Zero,
        });
        var (first, last) = (collections[10], collections[^1]);
        // Every pause has room for 48 MB; a default collector would have come some thirty times as often.
        var renewals = (last.Allocated - first.Allocated) / (36 << 20) + 2;
        Assert.True(last.Count - first.Count <= 2 * renewals, $"{last.Count - first.Count} collections, {renewals} renewals");
        Assert.True(last.Allocated - first.Allocated > 100 << 20, "too little was allocated to tell");
    }

    private static void SameUnderCollection<T>(Func<T> work, int times)
    {
        var calm = work();
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
                GC.Collect();
        });
        collector.Start();
        try
        {
            for (var i = 0; i < times; i++)
                Assert.Equal(calm, work());
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }
    }

    private static float[] Move()
    {
        using var scope = NewDisposeScope();
        var weights = Enumerable.Range(1, 6).Select(size => ones(size)).ToArray();
        using var optimizer = new AdamSpec { WeightDecay = 0.1 }.Build(weights);
        for (var step = 0; step < 400; step++)
        {
            var gradients = weights.Select(weight => weight.sin()).ToArray();
            Gradients.Scale(gradients, 0.5);
            optimizer.Step(gradients, 0.01 / (1 + step));
        }
        return [.. weights.SelectMany(weight => weight.data<float>().ToArray())];
    }
}

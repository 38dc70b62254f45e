using System.Runtime;
using VaeSharp.Optimizers;
using VaeSharp.Training;

namespace VaeSharp.Tests.Training;

public sealed class CollectorTests
{
    [Fact]
    public void A_collector_that_runs_all_the_time_changes_no_optimiser_step() => SameUnderCollection(Move, times: 3);

    [Fact]
    public void The_collector_is_paused_in_every_step_and_free_afterwards()
    {
        using var folder = new TemporaryFolder();
        var modes = new List<GCLatencyMode>();
        Trainer.Run(Small.Experiment(epochs: 10), folder["run"], TestData.Splits(train: 3200), null, new TrainingWatch
        {
            Progress = _ => modes.Add(GCSettings.LatencyMode),
            BetweenReports = TimeSpan.Zero,
        });
        Assert.True(modes.Count > 900);                                                          // 90 steps an epoch
        Assert.All(modes, mode => Assert.Equal(GCLatencyMode.NoGCRegion, mode));
        Assert.NotEqual(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
    }

    [Fact]
    public void Pauses_of_several_threads_are_one_and_end_with_the_last()
    {
        using (new CollectorPause())
        {
            new CollectorPause().Dispose();
            CollectorPause.Renew();
            Assert.Equal(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
            GC.Collect();                                                                        // ends it for everybody
        }
        Assert.NotEqual(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
        using (new CollectorPause())
            Assert.Equal(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
    }

    private static void SameUnderCollection<T>(Func<T> work, int times)
    {
        var calm = work();
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                Thread.SpinWait(2_000);                                   // else each call of the work's waits for a whole collection
            }
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
        for (var step = 0; step < 200; step++)
        {
            var gradients = weights.Select(weight => weight.sin()).ToArray();
            Gradients.Scale(gradients, 0.5);
            optimizer.Step(gradients, 0.01 / (1 + step));
        }
        return [.. weights.SelectMany(weight => weight.data<float>().ToArray())];
    }
}

using VaeSharp.Optimizers;

namespace VaeSharp.Tests.Training;

[Collection(Alone.Name)]
public sealed class CollectorTests
{
    [Fact]
    public void A_collector_that_runs_all_the_time_changes_no_step()
    {
        var calm = Train();
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
                GC.Collect();
        });
        collector.Start();
        try
        {
            for (var i = 0; i < 5; i++)
                Assert.Equal(calm, Train());
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }
    }

    private static float[] Train()
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

using VaeSharp.Data;

namespace VaeSharp.Tests.Data;

public sealed class DigitsSpecTests
{
    [Fact]
    public void It_has_the_shape_the_sizes_and_the_classes_of_Mnist()
    {
        Assert.Equal((60_000, 10_000), (DigitsData.Train.Count, DigitsData.Test.Count));
        Assert.Equal([1, 28, 28], DigitsData.Train.Spec.Shape);
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], DigitsData.Test.Spec.ClassNames);
    }

    [Fact]
    public void Every_ten_in_a_row_hold_each_digit_once()
    {
        foreach (var block in DigitsData.Train.Labels().Concat(DigitsData.Test.Labels()).Chunk(10))
            Assert.Equal(Enumerable.Range(0, 10), block.Order());
    }

    [Fact]
    public void No_digit_prefers_a_place_among_the_ten()
    {
        var counts = new int[10, 10];
        var labels = DigitsData.Train.Labels();
        for (var i = 0; i < labels.Length; i++)
            counts[i % 10, labels[i]]++;
        var tolerance = 6 * Math.Sqrt(6_000 * 0.1 * 0.9);                 // six standard errors; 100 counts: false alarm < 1e-6
        foreach (var count in counts)
            Assert.InRange(count, 600 - tolerance, 600 + tolerance);
    }

    [Fact]
    public void Progress_never_falls_and_ends_at_the_whole()
    {
        var reports = new List<DataProgress>();
        new DigitsSpec().Load(DigitsData.Drawing with { Progress = reports.Add });
        Assert.Equal(reports.OrderBy(report => report.Done), reports);
        Assert.Equal(new DataProgress("drawing digits", 70_000, 70_000, "images"), reports[^1]);
        Assert.InRange(reports.Count, 10, 100);
    }

    [Fact]
    public void Cancelling_ends_the_drawing_early()
    {
        using var cancel = new CancellationTokenSource();
        var done = 0L;
        var context = DigitsData.Drawing with
        {
            Cancellation = cancel.Token,
            Progress = report => { done = report.Done; cancel.Cancel(); },
        };
        Assert.ThrowsAny<OperationCanceledException>(() => new DigitsSpec().Load(context));
        Assert.InRange(done, 1, 69_999);
    }
}

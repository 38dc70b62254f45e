using FsCheck;
using FsCheck.Fluent;
using VaeSharp.Data;

namespace VaeSharp.Tests.Data;

public sealed class ShuffleTests
{
    [Fact]
    public void Every_order_has_every_example_once() => Prop.ForAll<long, long, ushort>((seed, epoch, count) =>
        Shuffle.Order(seed, epoch, count).Order().SequenceEqual(Enumerable.Range(0, count))).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_is_the_same_on_every_platform() =>
        Assert.Equal("10 0 12 1 11 15 2 6 9 14 5 13 3 4 8 7", string.Join(" ", Shuffle.Order(seed: 1, epoch: 2, count: 16)));

    [Fact]
    public void Seed_epoch_and_stream_each_change_the_order()
    {
        int[][] orders =
        [
            Shuffle.Order(1, 2, 50), Shuffle.Order(2, 1, 50), Shuffle.Order(1, 3, 50),
            Shuffle.Order(1, 2, 50, stream: 1), Shuffle.Order(3, 0, 50),
        ];
        Assert.Equal(orders.Length, orders.Select(order => string.Join(' ', order)).Distinct().Count());
    }

    [Fact]
    public void All_orders_of_four_are_equally_likely()
    {
        const int draws = 24_000;
        var counts = Enumerable.Range(0, draws).CountBy(epoch => string.Concat(Shuffle.Order(5, epoch, 4))).ToArray();
        Assert.Equal(24, counts.Length);
        var chiSquare = counts.Sum(pair => Math.Pow(pair.Value - draws / 24.0, 2) / (draws / 24.0));
        Assert.InRange(chiSquare, 0, 23 + 6 * Math.Sqrt(46));            // mean and six standard deviations of χ² with 23 degrees
    }

    [Fact]
    public void Holding_out_divides_without_loss() => Prop.ForAll<long, byte, ushort>((seed, size, share) =>
    {
        var count = size + 2;
        var data = Dataset.From(Enumerable.Range(0, count).Select(i => (float)i).ToArray(), [1]);
        var (train, validation) = Splits.HoldOut(data, (share + 1) / 65_537.0, seed);
        var (kept, taken) = (GivenSpec.Floats(train), GivenSpec.Floats(validation));
        return kept.Length > 0 && taken.Length > 0 && kept.SequenceEqual(kept.Order()) && taken.SequenceEqual(taken.Order())
            && kept.Concat(taken).Order().SequenceEqual(Enumerable.Range(0, count).Select(i => (float)i));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_tenth_is_a_tenth_and_depends_on_the_seed()
    {
        var data = Dataset.From(new byte[1000], [1]);
        var (train, validation) = Splits.HoldOut(data, 0.1, 1);
        Assert.Equal((900, 100), (train.Count, validation.Count));
        Assert.NotEqual(Rows(validation), Rows(Splits.HoldOut(data, 0.1, 2).Validation));
        Assert.Equal(Rows(validation), Rows(Splits.HoldOut(data, 0.1, 1).Validation));
    }

    [Fact]
    public void What_cannot_be_divided_is_refused()
    {
        var one = Dataset.From(new byte[1], [1]);
        Assert.Throws<ArgumentException>(() => Splits.HoldOut(one, 0.5, 1));
        Assert.Throws<ArgumentException>(() => Splits.HoldOut(Dataset.From(new byte[9], [1]), double.NaN, 1));
        Assert.Throws<ArgumentException>(() => Splits.HoldOut(Dataset.From(new byte[9], [1]), 1, 1));
    }

    private static int[] Rows(Dataset data) => [.. Enumerable.Range(0, data.Count).Select(data.Row)];
}

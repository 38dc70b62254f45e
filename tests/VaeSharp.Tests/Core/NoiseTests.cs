namespace VaeSharp.Tests.Core;

public sealed class NoiseTests
{
    [Fact]
    public void The_same_seed_gives_the_same_numbers_and_another_seed_others()
    {
        using var scope = NewDisposeScope();
        using var a = new SeededNoise(5);
        using var b = new SeededNoise(5);
        using var c = new SeededNoise(6);
        foreach (var draw in Draws)
        {
            var (first, again, other) = (draw(a), draw(b), draw(c));
            Check.Close(first, again, 0, 0);
            Assert.False(first.eq(other).all().item<bool>());
        }
    }

    /// <summary>An odd number of normal draws leaves half of a Box–Muller pair behind: the state has to hold that too.</summary>
    [Theory, InlineData(0), InlineData(1), InlineData(7), InlineData(1000)]
    public void A_stream_continues_exactly_from_its_state(long before)
    {
        using var scope = NewDisposeScope();
        using var first = new SeededNoise(7);
        using var second = new SeededNoise(8);
        if (before > 0)
            first.Normal([before], CPU);
        second.State = first.State;
        foreach (var draw in Draws)
            Check.Close(draw(first), draw(second), 0, 0);
        Assert.Equal(first.State, second.State);
    }

    /// <summary>Randomness has one source: numbers drawn elsewhere move nothing.</summary>
    [Fact]
    public void Numbers_drawn_elsewhere_do_not_disturb_a_stream()
    {
        using var scope = NewDisposeScope();
        using var a = new SeededNoise(9);
        using var b = new SeededNoise(9);
        randn(100);
        a.Normal([5], CPU);
        b.Normal([5], CPU);
        randn(3);
        Check.Close(a.Normal([5], CPU), b.Normal([5], CPU), 0, 0);
    }

    private static readonly Func<Noise, Tensor>[] Draws =
    [
        noise => noise.Normal([3], CPU), noise => noise.Uniform([5], CPU), noise => noise.Normal([40], CPU),
        noise => noise.Permutation(50, CPU), noise => noise.Normal([1], CPU),
    ];
}

using VaeSharp.Imaging.Drawing;

namespace VaeSharp.Imaging.Tests;

public sealed class LossCurvesTests
{
    [Fact]
    public void A_falling_loss_falls_from_left_to_right()
    {
        double[] epochs = [1, 2, 3, 4, 5];
        var pixels = new Pixels(LossCurves.Draw([new("loss", epochs, [5, 4, 3, 2, 1], [1, 2, 3, 4, 5])]));
        var train = Line(pixels, Theme.Train);
        Assert.True(train.MinBy(p => p.X).Y < train.MaxBy(p => p.X).Y - 200);
        var validation = Line(pixels, Theme.Validation);
        Assert.True(validation.MinBy(p => p.X).Y > validation.MaxBy(p => p.X).Y + 200);
    }

    [Fact]
    public void A_single_epoch_is_a_dot()
    {
        var pixels = new Pixels(LossCurves.Draw([new("loss", [1], [150.0])]));
        Assert.True(Line(pixels, Theme.Train).Length > 40);
        Assert.Empty(Line(pixels, Theme.Validation));
    }

    [Fact]
    public void A_gap_stays_a_gap()
    {
        double[] values = [.. Enumerable.Repeat(1.0, 20), .. Enumerable.Repeat(double.NaN, 20), .. Enumerable.Repeat(1.0, 20)];
        var pixels = new Pixels(LossCurves.Draw([new("loss", [.. Enumerable.Range(1, 60).Select(i => (double)i)], values)]));
        var columns = Line(pixels, Theme.Train).Select(p => p.X).Distinct().Order().ToArray();
        Assert.Contains(columns.Zip(columns.Skip(1)), pair => pair.Second - pair.First > 300);
    }

    [Fact]
    public void The_first_epochs_do_not_squash_the_rest()
    {
        double[] values = [90_000, -1, .. Enumerable.Range(0, 98).Select(i => 10.0 * Math.Exp(-i / 20.0))];
        var range = ValueRange.Of(new Curve("loss", [.. Enumerable.Range(0, 100).Select(i => (double)i)], values));
        Assert.False(range.IsLog);
        Assert.InRange(range.Max, 7, 20);
    }

    [Fact]
    public void Positive_values_of_very_different_size_get_a_logarithmic_axis()
    {
        double[] epochs = [.. Enumerable.Range(0, 50).Select(i => (double)i)];
        var range = ValueRange.Of(new Curve("critic", epochs, [.. epochs.Select(epoch => 100 * Math.Exp(-epoch / 5))]));
        Assert.True(range.IsLog);
        Assert.False(ValueRange.Of(new Curve("elbo", epochs, [.. epochs.Select(epoch => -100 * Math.Exp(-epoch / 5))])).IsLog);
    }

    [Fact]
    public void Any_numbers_can_be_drawn()
    {
        double[][] series =
        [
            [], [0], [double.NaN], [0, 0, 0], [1e300, 1, -1e300], [double.PositiveInfinity, 1, 2], [1e-12, 2e-12], [1e15, 1e15 + 1],
            [-1, 1e-9], [double.Epsilon, 1, 2, 3, 4, 5], [double.MaxValue, double.MinValue], [1e99, -1e99],
        ];
        foreach (var values in series)
            _ = LossCurves.Draw([new("loss", [.. values.Select((_, i) => (double)i)], values, values) { Unit = null }]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    public void Every_term_has_a_panel_with_its_name(int terms)
    {
        double[] epochs = [1, 2, 3];
        var pixels = new Pixels(LossCurves.Draw([.. Enumerable.Range(0, terms).Select(i => new Curve($"term {i}", epochs, epochs))]));
        // Each panel has three markers, and the legend's line is one more patch of the colour.
        Assert.True(Line(pixels, Theme.Train).Length > terms * 300);
        Assert.True(pixels.Where(Pixels.IsDark).Count() > terms * 800);
    }

    [Fact]
    public void Arrays_of_different_lengths_are_refused() =>
        Assert.Contains("'kl'", Assert.Throws<ArgumentException>(() => LossCurves.Draw([new("kl", [1, 2], [1])])).Message);

    [Fact]
    public void Pictures_can_be_drawn_by_many_threads_at_once()
    {
        double[] epochs = [1, 2, 3];
        var pictures = new Picture[16];
        Parallel.For(0, pictures.Length, i => pictures[i] = LossCurves.Draw([new("loss", epochs, epochs)]));
        Assert.All(pictures, picture => Assert.Equal(pictures[0].Png.ToArray(), picture.Png.ToArray()));
    }

    /// <summary>The pixels of a curve: those of its colour below the legend.</summary>
    private static (int X, int Y)[] Line(Pixels pixels, SkiaSharp.SKColor color) =>
        [.. pixels.Where(other => Pixels.IsLike(other, color), top: 120)];
}

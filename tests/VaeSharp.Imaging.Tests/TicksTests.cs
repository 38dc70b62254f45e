using VaeSharp.Imaging.Drawing;

namespace VaeSharp.Imaging.Tests;

public sealed class TicksTests
{
    [Theory]
    [InlineData(-4, 4, 8, "−4 −3 −2 −1 0 1 2 3 4")]
    [InlineData(-3, 3, 4, "−2 0 2")]
    [InlineData(0, 1, 5, "0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(103, 190, 6, "120 140 160 180")]
    [InlineData(0, 2e6, 2, "0 1×10⁶ 2×10⁶")]
    [InlineData(980, 1020, 4, "980 990 1,000 1,010 1,020")]
    public void Ticks_are_round_numbers_inside_the_range(double min, double max, int target, string expected) =>
        Assert.Equal(expected, string.Join(' ', Ticks.Linear(min, max, target).Select(tick => tick.Label)));

    [Theory]
    [InlineData(-2, 2, "0.01 0.1 1 10 100")]
    [InlineData(0, 1, "1 2 3 5 7 10")]
    [InlineData(-9, 9, "10⁻⁹ 10⁻⁶ 0.001 1 1,000 10⁶ 10⁹")]
    public void Logarithmic_ticks_are_powers_of_ten(double min, double max, string expected) =>
        Assert.Equal(expected, string.Join(' ', Ticks.Log(min, max).Select(tick => tick.Label)));

    [Theory]
    [InlineData(4, 10, "−4.0 −3.1 −2.2 −1.3 −0.4 0.4 1.3 2.2 3.1 4.0")]
    [InlineData(1, 3, "−1.0 0.0 1.0")]
    [InlineData(0.02, 3, "−0.02 0.00 0.02")]
    public void Ticks_at_each_place_go_from_end_to_end(double extent, int count, string expected) =>
        Assert.Equal(expected, string.Join(' ', Ticks.Each(-extent, extent, count).Select(tick => tick.Label)));

    [Fact]
    public void Ticks_at_thirty_places_are_those_of_the_well_known_scripts()
    {
        var labels = Ticks.Each(-4, 4, 30).Select(tick => tick.Label).ToArray();
        Assert.Equal("−4.0 −3.7 −3.4 −3.2 −2.9", string.Join(' ', labels[..5]));
        Assert.Equal("−0.1 0.1", string.Join(' ', labels[14..16]));
        Assert.Equal(30, labels.Distinct().Count());
    }

    [Fact]
    public void Epochs_are_whole_numbers() =>
        Assert.Equal("1 2 3", string.Join(' ', Ticks.Linear(1, 3, 20, integers: true).Select(tick => tick.Label)));

    [Theory]
    [InlineData(551.3, "551")]
    [InlineData(-5500, "−5,500")]
    [InlineData(0.01234, "0.0123")]
    [InlineData(2.5e8, "2.5×10⁸")]
    [InlineData(0, "0")]
    public void Short_numbers_read_as_people_write_them(double value, string expected) => Assert.Equal(expected, Ticks.Short(value));
}

namespace VaeSharp.Imaging.Tests;

public sealed class ManifoldTests
{
    [Fact]
    public void Codes_go_through_the_first_unit_fastest_and_both_ascend()
    {
        float[] expected = [-3, -3, 0, -3, 3, -3, -3, 0, 0, 0, 3, 0, -3, 3, 0, 3, 3, 3];
        Assert.Equal(expected, new LatentSpace(2).Grid(3, 3));
    }

    [Fact]
    public void First_unit_grows_to_the_right_and_second_upwards()
    {
        const int Side = 4;
        var codes = new LatentSpace(2).Grid(Side, 2);
        // Grey rises with z[0] and, more, with z[1]: the four corners tell the orientation.
        var greys = Enumerable.Range(0, Side * Side).Select(i => 0.2f + (codes[2 * i] + 2) * 0.025f + (codes[2 * i + 1] + 2) * 0.05f);
        var pixels = new Pixels(Manifold.Draw(ImageGridTests.Flat([.. greys], size: 28), extent: 2));
        var (left, right, top, bottom) = Corners(pixels);
        Assert.Equal(Grey(0.2), pixels[left, bottom].Red);                  // z = (−2, −2)
        Assert.Equal(Grey(0.3), pixels[right, bottom].Red);                 // z = (2, −2)
        Assert.Equal(Grey(0.4), pixels[left, top].Red);                     // z = (−2, 2)
        Assert.Equal(Grey(0.5), pixels[right, top].Red);                    // z = (2, 2)
    }

    [Fact]
    public void Axes_have_labels_and_ticks()
    {
        var white = ImageGridTests.Flat([.. Enumerable.Repeat(1f, 9)], size: 28);
        var pixels = new Pixels(Manifold.Draw(white, extent: 4));
        var middle = pixels.Width / 2;
        Assert.NotEmpty(pixels.Where(Pixels.IsDark, left: middle - 100, top: pixels.Height - 80, right: middle + 200));
        Assert.NotEmpty(pixels.Where(Pixels.IsDark, left: 0, top: 0, right: 80));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(30)]
    public void On_request_each_column_and_row_has_a_tick_at_its_middle(int side)
    {
        var grey = ImageGridTests.Flat([.. Enumerable.Repeat(0.2f, side * side)], size: 28);
        var pixels = new Pixels(Manifold.Draw(grey, extent: 4, tickEveryImage: true));
        var area = pixels.Box(color => color == new SkiaSharp.SKColor(51, 51, 51));
        var below = pixels.Where(color => color != SkiaSharp.SKColors.White, top: area.Bottom + 5, bottom: area.Bottom + 6)
            .Select(at => at.X);
        var beside = pixels.Where(color => color != SkiaSharp.SKColors.White, left: area.Left - 6, right: area.Left - 5).Select(at => at.Y);
        var middles = Enumerable.Range(0, side).Select(i => (i + 0.5) * area.Width / side).ToArray();
        Assert.Equal(middles.Select(at => area.Left + at), Middles(below), Near);
        Assert.Equal(middles.Select(at => area.Top + at), Middles(beside), Near);

        static bool Near(double a, double b) => Math.Abs(a - b) < 1.5;
    }

    [Fact]
    public void A_number_of_images_that_is_no_square_is_refused() =>
        Assert.Contains("got 8", Assert.Throws<ArgumentException>(() => Manifold.Draw(ImageGridTests.Flat(new float[8], 4), 3)).Message);

    [Theory]
    [InlineData(1, 3)]
    [InlineData(5, 0)]
    [InlineData(5, double.NaN)]
    public void Sides_and_extents_that_span_nothing_are_refused(int side, double extent) =>
        Assert.Throws<ArgumentException>(() => Manifold.Draw(ImageGridTests.Flat(new float[side * side], 4), extent));

    /// <summary>The middle of each run of neighbouring places.</summary>
    private static IEnumerable<double> Middles(IEnumerable<int> places) =>
        places.Order().Select((at, i) => (at, i)).GroupBy(place => place.at - place.i).Select(run => run.Average(place => place.at) + 0.5);

    private static byte Grey(double value) => (byte)Math.Round(value * 255);

    /// <summary>Places a little inside of the grid's corners: its middle column and row are grey from edge to edge.</summary>
    private static (int Left, int Right, int Top, int Bottom) Corners(Pixels pixels)
    {
        static bool IsCell(SkiaSharp.SKColor color) => color.Red is >= 51 and <= 128 && color.Red == color.Blue;
        var across = pixels.Where(IsCell, top: 200, bottom: 201).Select(at => at.X).ToArray();
        var down = pixels.Where(IsCell, left: 600, right: 601).Select(at => at.Y).ToArray();
        return (across.Min() + 9, across.Max() - 9, down.Min() + 9, down.Max() - 9);
    }
}

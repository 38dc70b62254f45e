using SkiaSharp;

namespace VaeSharp.Imaging.Tests;

public sealed class ImageGridTests
{
    [Fact]
    public void Each_cell_has_the_grey_of_its_image_from_left_to_right_then_downwards()
    {
        // Distinct greys, none of them white, so that the box around them is the grid.
        var greys = new[] { 0f, 0.1f, 0.2f, 0.3f, 0.4f, 0.5f };
        var pixels = new Pixels(ImageGrid.Draw(Flat(greys, size: 4), columns: 3));
        var grid = pixels.Box(color => color.Red < 200);
        for (var i = 0; i < greys.Length; i++)
        {
            var x = grid.Left + grid.Width * (2 * (i % 3) + 1) / 6;
            var y = grid.Top + grid.Height * (2 * (i / 3) + 1) / 4;
            Assert.Equal((byte)MathF.Round(greys[i] * 255), pixels[x, y].Red);
        }
    }

    [Fact]
    public void Small_images_are_enlarged_by_a_whole_number()
    {
        var pixels = new Pixels(ImageGrid.Draw(new ImageSet(new[] { 0f, 0.5f, 0.25f, 0.75f }, 1, 2, 2), columns: 1));
        var box = pixels.Box(color => color.Red < 250);
        Assert.Equal(0, box.Width % 2);
        Assert.Equal(box.Width, box.Height);
        Assert.Equal(box.Width * box.Height / 4, pixels.Where(color => color.Red == 128).Count());
        Assert.True(pixels[box.Left, box.Bottom - 1].Red == 64 && pixels[box.Right - 1, box.Bottom - 1].Red == 191);
    }

    [Fact]
    public void Colour_images_keep_their_channels()
    {
        var values = new[] { 1f, 0f, 0f, 0.5f, 0f, 0.25f };                 // [1, 3, 1, 2]
        var pixels = new Pixels(ImageGrid.Draw(new ImageSet(values, 3, 1, 2)));
        Assert.Contains(new SKColor(255, 0, 0), All(pixels));
        Assert.Contains(new SKColor(0, 128, 64), All(pixels));
    }

    [Fact]
    public void Values_outside_the_range_are_clamped_and_those_that_are_no_numbers_stand_out()
    {
        var pixels = new Pixels(ImageGrid.Draw(new ImageSet(new[] { -5f, 9f, float.NaN, 0.5f, float.NegativeInfinity, 0f }, 1, 1, 6)));
        Assert.Contains(Theme.NotANumber, All(pixels));
        Assert.Contains(SKColors.Black, All(pixels));
        Assert.Contains(new SKColor(128, 128, 128), All(pixels));
    }

    [Fact]
    public void Data_in_minus_one_to_one_is_drawn_from_black_to_white()
    {
        var data = new DataSpec(1, 1, 2) { Low = -1, High = 1 };
        var pixels = new Pixels(ImageGrid.Draw(ImageSet.From(new[] { -1f, 0f }, data)));
        Assert.Contains(SKColors.Black, All(pixels));
        Assert.Contains(new SKColor(128, 128, 128), All(pixels));
    }

    [Fact]
    public void Data_without_bounds_is_drawn_from_its_smallest_to_its_largest_value()
    {
        var data = new DataSpec(1, 1, 3) { Low = double.NegativeInfinity, High = double.PositiveInfinity };
        var pixels = new Pixels(ImageGrid.Draw(ImageSet.From(new[] { -40f, 10f, 60f }, data)));
        Assert.Contains(SKColors.Black, All(pixels));
        Assert.Contains(new SKColor(128, 128, 128), All(pixels));
    }

    [Fact]
    public void A_title_is_really_written()
    {
        var images = Flat([1f], size: 100);                                 // white: all that is dark is text
        Assert.Empty(new Pixels(ImageGrid.Draw(images)).Where(Pixels.IsDark));
        Assert.True(new Pixels(ImageGrid.Draw(images, title: "β-vae on mnist")).Where(Pixels.IsDark).Count() > 500);
    }

    [Fact]
    public void Many_or_large_images_are_shrunk_to_a_picture_of_bounded_size()
    {
        var picture = ImageGrid.Draw(Flat(new float[400], size: 300), columns: 20);
        Assert.InRange(picture.Width, 1_000, 2_700);
        Assert.InRange(ImageGrid.Draw(Flat(new float[3_000], size: 28), columns: 1).Height, 1_000, 24_100);
    }

    [Fact]
    public void What_is_not_an_image_is_refused_with_the_reason()
    {
        Assert.Contains("got 2", Assert.Throws<ArgumentException>(() => new ImageSet(new float[8], 2, 2, 2)).Message);
        Assert.Contains("got 7", Assert.Throws<ArgumentException>(() => new ImageSet(new float[7], 1, 2, 2)).Message);
        Assert.Throws<ArgumentException>(() => ImageSet.From(new float[8], new DataSpec(8)));
        Assert.Throws<ArgumentException>(() => ImageGrid.Draw(new ImageSet(default, 1, 2, 2)));
        Assert.Throws<ArgumentException>(() => ImageGrid.Draw(Flat([0f], 2), columns: -1));
    }

    internal static ImageSet Flat(float[] greys, int size) =>
        new(greys.SelectMany(grey => Enumerable.Repeat(grey, size * size)).ToArray(), 1, size, size);

    private static HashSet<SKColor> All(Pixels pixels) => [.. pixels.Where(_ => true).Select(at => pixels[at.X, at.Y])];
}

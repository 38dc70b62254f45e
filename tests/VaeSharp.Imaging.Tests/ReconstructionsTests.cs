namespace VaeSharp.Imaging.Tests;

public sealed class ReconstructionsTests
{
    [Fact]
    public void Each_reconstruction_stands_below_its_original()
    {
        var pixels = new Pixels(Reconstructions.Draw(
            ImageGridTests.Flat([0.2f, 0.3f, 0.4f, 0.5f], 20), ImageGridTests.Flat([0.6f, 0.65f, 0.7f, 0.75f], 20), columns: 2));
        foreach (var (original, reconstruction) in new[] { (0.2, 0.6), (0.3, 0.65), (0.4, 0.7), (0.5, 0.75) })
        {
            var (above, below) = (Box(pixels, original), Box(pixels, reconstruction));
            Assert.Equal((above.Left, above.Right), (below.Left, below.Right));
            Assert.InRange(below.Top - above.Bottom, 0, 12);
        }
        // The second pair of rows lies further below the first than a pair's rows lie apart.
        Assert.True(Box(pixels, 0.4).Top - Box(pixels, 0.6).Bottom > 2 * (Box(pixels, 0.6).Top - Box(pixels, 0.2).Bottom));
    }

    [Fact]
    public void Rows_are_labelled_at_the_left_and_captions_stand_above()
    {
        var white = ImageGridTests.Flat([1f, 1f], 20);
        var plain = new Pixels(Reconstructions.Draw(white, white));
        Assert.True(plain.Where(Pixels.IsDark, right: 240).Count() > 300);
        Assert.Empty(plain.Where(Pixels.IsDark, left: 260));
        var captioned = new Pixels(Reconstructions.Draw(white, white, captions: ["seven", "a caption that is far too long to fit"]));
        Assert.True(captioned.Where(Pixels.IsDark, left: 260).Count() > 100);
    }

    [Fact]
    public void Numbers_and_sizes_must_fit()
    {
        var images = ImageGridTests.Flat([0f, 1f], 4);
        Assert.Throws<ArgumentException>(() => Reconstructions.Draw(images, ImageGridTests.Flat([0f], 4)));
        Assert.Throws<ArgumentException>(() => Reconstructions.Draw(images, ImageGridTests.Flat([0f, 1f], 5)));
        Assert.Throws<ArgumentException>(() => Reconstructions.Draw(images, images, captions: ["one"]));
    }

    private static SkiaSharp.SKRectI Box(Pixels pixels, double grey)
    {
        var value = (byte)Math.Round(grey * 255);
        // Text has pixels of every grey: a cell's are those whose neighbours are the same.
        var inside = pixels.Where(color => color.Red == value && color.Blue == value, left: 240)
            .Where(at => at.X > 0 && pixels[at.X - 1, at.Y].Red == value && pixels[at.X, at.Y - 1].Red == value).ToArray();
        return new(inside.Min(p => p.X), inside.Min(p => p.Y), inside.Max(p => p.X), inside.Max(p => p.Y));
    }
}

namespace VaeSharp.Imaging.Tests;

public sealed class ModelPanelsTests
{
    private static readonly float[] Sevens = [.. Enumerable.Range(0, 7).Select(i => (80 + 10 * i) / 255f)];

    private static SkiaSharp.SKRectI Box(Pixels pixels, double grey)
    {
        var value = (byte)Math.Round(grey * 255);
        // Headings have pixels of many greys: a cell's are those whose neighbours are the same.
        var inside = pixels.Where(color => color.Red == value && color.Blue == value)
            .Where(at => at.X > 0 && at.Y > 0 && pixels[at.X - 1, at.Y].Red == value && pixels[at.X, at.Y - 1].Red == value).ToArray();
        Assert.NotEmpty(inside);
        return new(inside.Min(p => p.X), inside.Min(p => p.Y), inside.Max(p => p.X), inside.Max(p => p.Y));
    }

    /// <summary>A reconstruction has the place in its panel that its original has, and the samples' panel is the last.</summary>
    [Fact]
    public void Panels_stand_side_by_side_with_every_image_in_its_place()
    {
        var reconstructions = Sevens.Select(grey => grey + 4 / 255f).ToArray();
        var pixels = new Pixels(ModelPanels.Draw(
            ImageGridTests.Flat(Sevens, 20), ImageGridTests.Flat(reconstructions, 20), ImageGridTests.Flat([20 / 255f], 20)));
        var (first, firstMade, drawn) = (Box(pixels, Sevens[0]), Box(pixels, reconstructions[0]), Box(pixels, 20 / 255f));
        Assert.All(Enumerable.Range(0, 7), i =>
        {
            var (original, made) = (Box(pixels, Sevens[i]), Box(pixels, reconstructions[i]));
            Assert.Equal((original.Left - first.Left, original.Top), (made.Left - firstMade.Left, made.Top));
        });
        Assert.Equal(firstMade.Left - first.Left, drawn.Left - firstMade.Left);
        Assert.Equal(first.Left, Box(pixels, Sevens[5]).Left);         // five in a row
        Assert.True(Box(pixels, Sevens[4]).Right < firstMade.Left && Box(pixels, reconstructions[4]).Right < drawn.Left);
        Assert.True(Box(pixels, Sevens[5]).Top > first.Bottom);
    }

    [Fact]
    public void Without_samples_there_are_two_panels()
    {
        var white = ImageGridTests.Flat([1f, 1f], 28);
        var (two, three) = (ModelPanels.Draw(white, white), ModelPanels.Draw(white, white, white));
        Assert.Equal(two.Height, three.Height);
        Assert.InRange((double)three.Width / two.Width, 1.4, 1.6);
    }

    [Fact]
    public void Numbers_and_sizes_must_fit()
    {
        var images = ImageGridTests.Flat([0f, 1f], 4);
        Assert.Throws<ArgumentException>(() => ModelPanels.Draw(images, ImageGridTests.Flat([0f], 4)));
        Assert.Throws<ArgumentException>(() => ModelPanels.Draw(images, ImageGridTests.Flat([0f, 1f], 5)));
        Assert.Throws<ArgumentException>(() => ModelPanels.Draw(images, images, ImageGridTests.Flat([0f, 1f], 5)));
    }
}
